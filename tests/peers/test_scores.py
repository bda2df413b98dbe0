"""The same features into our measures and into the packages that the field measures with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from zoo.evaluation.density_coverage import density_coverage
from zoo.evaluation.frechet import frechet_distance
from zoo.evaluation.inception_score import inception_score
from zoo.evaluation.kernel import discrepancy
from zoo.evaluation.precision_recall import precision_recall
from zoo.evaluation.vendi import vendi_score
from zoo.timm_import import import_timm

SHAPES = [(400, 300, 64), (150, 180, 200)]
"""Samples, reference pictures and features: more pictures than features, and fewer."""
CLOSE = {"rel": 1e-6, "abs": 0}


def peer(name: str) -> Any:
    import_timm()  # first: it gets along with a torchvision that does not fit torch
    return pytest.importorskip(name, reason="it comes with zoo-generators[test]")


def features(n: int, d: int, seed: int, shift: float = 0) -> np.ndarray:
    """As a network's last layer gives them: correlated, never negative, float32."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(9).normal(size=(d, d)) / np.sqrt(d)
    return np.maximum(rng.normal(size=(n, d)) @ mixing + shift, 0).astype(np.float32)


@pytest.fixture(params=SHAPES, ids=str)
def sets(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    n, m, d = request.param
    return features(n, d, 0, shift=0.2), features(m, d, 1)


def tensors(sets: tuple[np.ndarray, np.ndarray]) -> list[torch.Tensor]:
    return [torch.from_numpy(x.astype(np.float64)) for x in sets]


def test_frechet_distance_is_torch_fidelitys(sets: Any) -> None:
    fid = peer("torch_fidelity.metric_fid")
    statistics = [fid.fid_features_to_statistics(x) for x in tensors(sets)]
    theirs = fid.fid_statistics_to_metric(*statistics, verbose=False)[fid.KEY_METRIC_FID]
    assert frechet_distance(*sets) == pytest.approx(theirs, rel=1e-6)  # 1e-4 would do


def test_kernel_distance_is_torch_fidelitys_of_the_same_subsets(sets: Any) -> None:
    kid = peer("torch_fidelity.metric_kid")
    size = 100
    same = np.random.RandomState(5)  # theirs draws from this one
    ours = []
    for _ in range(7):
        parts = [x[same.choice(len(x), size, replace=False)] for x in sets]
        ours.append(discrepancy(*parts))
    theirs = kid.kid_features_to_metric(
        *tensors(sets), kid_subsets=7, kid_subset_size=size, rng_seed=5, verbose=False
    )
    assert np.mean(ours) == pytest.approx(theirs[kid.KEY_METRIC_KID_MEAN], **CLOSE)
    assert np.std(ours) == pytest.approx(theirs[kid.KEY_METRIC_KID_STD], **CLOSE)


@pytest.mark.parametrize("splits", [1, 10])
def test_inception_score_is_torch_fidelitys(splits: int) -> None:
    isc = peer("torch_fidelity.metric_isc")
    logits = 5 * np.random.default_rng(0).normal(size=(403, 103)).astype(np.float32)
    theirs = isc.isc_features_to_metric(torch.from_numpy(logits), splits=splits, shuffle=False)
    ours = inception_score(logits, splits=splits)
    assert ours.mean == pytest.approx(theirs[isc.KEY_METRIC_ISC_MEAN], **CLOSE)
    assert ours.deviation == pytest.approx(theirs[isc.KEY_METRIC_ISC_STD], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("k", [3, 5])
def test_precision_and_recall_are_torch_fidelitys(sets: Any, k: int) -> None:
    prc = peer("torch_fidelity.metric_prc")
    theirs = prc.prc_features_to_metric(
        *tensors(sets), prc_neighborhood=k, save_cpu_ram=False, verbose=False
    )
    ours = precision_recall(*sets, k=k)
    assert ours.precision == pytest.approx(theirs[prc.KEY_METRIC_PRECISION], **CLOSE)
    assert ours.recall == pytest.approx(theirs[prc.KEY_METRIC_RECALL], **CLOSE)
    assert 0 < ours.precision < ours.recall < 1


@pytest.mark.parametrize("k", [3, 5])
def test_precision_recall_density_and_coverage_are_prdcs(sets: Any, k: int) -> None:
    theirs = peer("prdc").compute_prdc(sets[1], sets[0], nearest_k=k)
    ours = precision_recall(*sets, k=k)._asdict() | density_coverage(*sets, k=k)._asdict()
    assert ours == pytest.approx(theirs, **CLOSE)


@pytest.mark.filterwarnings("ignore:Please import `csr_matrix`:DeprecationWarning")
def test_vendi_score_is_its_authors(sets: Any) -> None:
    vendi = peer("vendi_score.vendi")
    for x in sets:
        exact = x.astype(np.float64)
        assert vendi_score(x) == pytest.approx(vendi.score_dual(exact), **CLOSE)
        assert vendi_score(x) == pytest.approx(vendi.score_X(exact), **CLOSE)
