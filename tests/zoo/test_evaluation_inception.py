"""The network of the Fréchet Inception Distance, on random weights of its architecture."""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from zoo.errors import MissingExtraError, WeightsError
from zoo.evaluation import inception
from zoo.evaluation.extractor import load_extractor
from zoo.timm_import import import_timm

import_timm()  # before torch-fidelity, for the sake of torchvision
pytest.importorskip("torch_fidelity", reason="the extra [fid] is not installed")


def packed(table: Any) -> bytes:
    out = io.BytesIO()
    torch.save(table, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def random_weights() -> bytes:
    """A PyTorch file like the published one. The constructor insists on a file and fills itself
    from it, which this subclass does not."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    class Random(FeatureExtractorInceptionV3):  # type: ignore[misc]
        def load_state_dict(self, *args: Any, **options: Any) -> None:
            del args, options

    torch.manual_seed(0)
    nothing = io.BytesIO(packed({}))
    network = Random("random", ["2048"], feature_extractor_weights_path=nothing)
    return packed(network.state_dict())


@pytest.fixture
def published(random_weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """These weights in a file, as if their sha256 were the published one."""
    path = tmp_path / "weights-inception.pth"
    path.write_bytes(random_weights)
    monkeypatch.setattr(inception, "SHA256", hashlib.sha256(random_weights).hexdigest())
    monkeypatch.delenv("ZOO_FID_WEIGHTS", raising=False)
    return path


def test_it_sees_what_torch_fidelity_sees_and_needs_the_file_once(
    published: Path, zoo_home: Path
) -> None:
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    extractor = load_extractor(f"fid:{published}", device="cpu")
    assert extractor.resize == "antialiased bicubic to 299 x 299"
    assert extractor.revision == inception.SHA256[:12]
    rng = np.random.default_rng(0)
    pixels = torch.from_numpy(rng.integers(0, 256, (2, 3, 299, 299), np.uint8))
    features, logits = extractor.see(pixels)
    assert logits is not None
    assert features.shape == (2, 2048)
    assert logits.shape == (2, 1008)
    peer = FeatureExtractorInceptionV3(
        "peer", ["2048", "logits_unbiased"], feature_extractor_weights_path=str(published)
    )
    theirs, unbiased = peer(pixels)
    assert np.array_equal(features, theirs.numpy())
    assert np.array_equal(logits, unbiased.numpy())

    published.unlink()
    (kept,) = (zoo_home / "extractors").iterdir()
    again = load_extractor("fid", device="cpu")
    assert np.array_equal(again.see(pixels)[0], features)
    kept.write_bytes(kept.read_bytes()[:-9])
    with pytest.raises(WeightsError, match="truncated or not a valid safetensors"):
        load_extractor("fid", device="cpu")


def test_a_variable_names_the_file_as_well(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOO_FID_WEIGHTS", str(published))
    assert len(load_extractor("fid", device="cpu").labels) == 1008


def test_without_weights_nothing_is_fetched_and_the_error_says_what_to_do(published: Path) -> None:
    with pytest.raises(WeightsError, match=r"which Zoo does not fetch: get https://github.com/t"):
        load_extractor("fid")
    with pytest.raises(WeightsError, match="cannot read the Inception weights"):
        load_extractor(f"fid:{published.with_name('nowhere.pth')}")


def test_other_weights_are_refused_before_a_byte_is_parsed(published: Path) -> None:
    published.write_bytes(published.read_bytes() + b"\0")
    with pytest.raises(WeightsError, match=r"was refused: its sha256 is .*published"):
        load_extractor(f"fid:{published}")


class Bomb:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("wrap", [packed, lambda table: pickle.dumps(table, 2)])
def test_no_code_in_the_file_is_run(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrap: Any
) -> None:
    data = wrap({"fc.weight": Bomb(tmp_path / "boom")})
    published.write_bytes(data)
    monkeypatch.setattr(inception, "SHA256", hashlib.sha256(data).hexdigest())
    with pytest.raises(WeightsError, match="holds no plain tensors"):
        load_extractor(f"fid:{published}")
    assert not (tmp_path / "boom").exists()


def test_weights_of_another_network_are_refused(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = packed({"fc.weight": torch.zeros(3)})
    published.write_bytes(data)
    monkeypatch.setattr(inception, "SHA256", hashlib.sha256(data).hexdigest())
    with pytest.raises(WeightsError, match="does not fit the Inception network"):
        load_extractor(f"fid:{published}")


def test_without_torch_fidelity_the_error_names_the_extra(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(MissingExtraError, match=r"pip install -e '\.\[fid\]'"):
        load_extractor(f"fid:{published}")
