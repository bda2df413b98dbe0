"""timm's models by name: weights at one commit of the Hub, and what is refused."""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hub import use
from hub_server import HubServer
from safetensors.torch import save

from zoo.errors import UnknownNameError, UsageError, WeightsError
from zoo.evaluation.extractor import load_extractor
from zoo.judging import load_judge
from zoo.timm_import import import_timm

MODEL = "test_resnet.r160_in1k"  # a real entry of timm's list, with a network of a few kilobytes
REPOSITORY = f"timm/{MODEL}"
FILE = "model.safetensors"


@pytest.fixture(scope="module")
def weights() -> bytes:
    """Random weights of that network, its classifier among them."""
    torch.manual_seed(0)
    return save(import_timm().create_model(MODEL).state_dict())


@pytest.fixture
def hub(weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as served:
        served.add(REPOSITORY, {FILE: weights})
        use(monkeypatch, tmp_path / "hub", served)
        yield served


def commit_of(hub: HubServer) -> str:
    return hub.repositories[REPOSITORY].refs["main"]


def see(name: str) -> tuple[Any, Any]:
    extractor = load_extractor(name, device="cpu")
    rng = np.random.default_rng(0)
    pictures = [extractor.fit(rng.integers(0, 256, (48, 64, 3), np.uint8)) for _ in range(2)]
    pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
    features, logits = extractor.see(pixels)
    assert logits is None
    return extractor, features


def test_a_name_becomes_a_commit_which_then_needs_no_network(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extractor, features = see(f"timm:{MODEL}")
    commit = commit_of(hub)
    assert (extractor.name, extractor.revision) == (f"timm:{MODEL}", commit)
    assert extractor.resize == "antialiased bicubic to 160 x 160"
    network = import_timm().create_model(MODEL)
    assert features.shape == (2, network.num_features)
    assert sum("GET" in line for line in hub.paths) == 1

    hub.asked.clear()
    again, same = see(f"timm:{MODEL}@{commit}")
    assert (again.name, again.revision, hub.asked) == (extractor.name, commit, [])
    assert np.array_equal(features, same)

    use(monkeypatch, tmp_path / "hub", None)
    assert load_judge(f"timm:{MODEL}").revision == commit
    assert hub.asked == []


def test_another_side_is_another_extractor(hub: HubServer) -> None:
    extractor, features = see(f"timm:{MODEL}/64")
    assert extractor.resize == "antialiased bicubic to 64 x 64"
    assert extractor.name == f"timm:{MODEL}/64"
    assert not np.allclose(features, see(f"timm:{MODEL}")[1], rtol=0.01)
    for side in ("", "8", "-64", "x", "99999"):
        with pytest.raises(UsageError, match="expected a side from 16"):
            load_extractor(f"timm:{MODEL}/{side}")


def test_without_network_and_cache_the_error_says_what_would_fetch_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path / "hub", None)
    with pytest.raises(WeightsError) as error:
        load_extractor(f"timm:{MODEL}")
    said = str(error.value)
    assert f"{FILE} of {REPOSITORY} at main is not in the Hub's cache ({tmp_path / 'hub'})" in said
    assert "HF_HUB_OFFLINE forbids fetching it" in said
    assert f"hf download {REPOSITORY} {FILE} --revision main" in said

    with HubServer() as gone:
        pass
    use(monkeypatch, tmp_path / "hub", gone)
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the client tries again, at leisure
    with pytest.raises(WeightsError, match="the Hub cannot be reached") as error:
        load_extractor(f"timm:{MODEL}")
    assert f"hf download {REPOSITORY}" in str(error.value)


def test_pickles_are_refused_by_name_and_by_content(hub: HubServer) -> None:
    hub.repositories.clear()
    hub.add(REPOSITORY, {"pytorch_model.bin": pickle.dumps({})})
    with pytest.raises(WeightsError, match=f"has no {FILE} at main.*never a pickle"):
        load_extractor(f"timm:{MODEL}")
    assert not any("pytorch_model.bin" in line for line in hub.paths)
    hub.add(REPOSITORY, {FILE: pickle.dumps({"weight": 1})})
    with pytest.raises(WeightsError, match="it is a pickle, which can run code"):
        load_extractor(f"timm:{MODEL}")


def test_a_cached_file_that_was_changed_is_refused(hub: HubServer, tmp_path: Path) -> None:
    load_extractor(f"timm:{MODEL}")
    (kept,) = (path.resolve() for path in (tmp_path / "hub").rglob(FILE))
    data = bytearray(kept.read_bytes())
    data[-1] ^= 1
    kept.write_bytes(data)
    with pytest.raises(WeightsError, match="was refused: its sha256 is"):
        load_extractor(f"timm:{MODEL}@{commit_of(hub)}")


def test_weights_of_another_network_are_refused(hub: HubServer) -> None:
    hub.add(REPOSITORY, {FILE: save({"conv1.weight": torch.zeros(3)})})
    with pytest.raises(
        WeightsError, match=re.escape(f"{FILE} of {REPOSITORY}@{commit_of(hub)} does not")
    ):
        load_extractor(f"timm:{MODEL}")


def test_names_and_revisions_that_are_not_there(hub: HubServer) -> None:
    with pytest.raises(UnknownNameError, match=MODEL):
        load_extractor("timm:test_resnet.r160_in1")
    with pytest.raises(WeightsError, match="has no revision 'dev' on the Hub"):
        load_extractor(f"timm:{MODEL}@dev")
    hub.repositories.clear()
    with pytest.raises(WeightsError, match=f"the Hub has no repository {REPOSITORY}"):
        load_extractor(f"timm:{MODEL}")
