"""Pipelines of diffusers from a Hub: one commit, which is locked, and then no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("diffusers", reason="diffusers is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

import pipelines
from hub import use
from hub_server import HubServer

import zoo
from zoo.errors import ReplayError, UsageError, WeightsError
from zoo.hub.lock import read_lock
from zoo.issuing import Issue

REPOSITORY = "somebody/ddpm"
NAME = f"diffusers:{REPOSITORY}"
UNET = "diffusion_pytorch_model.safetensors"
NOWHERE = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = pipelines.ddpm(tmp_path_factory.mktemp("ddpm"), flat=True)
    return pipelines.files_of(folder) | {"model.ckpt": b"never fetched"}


@pytest.fixture
def hub(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubServer]:
    with HubServer() as served:
        served.add(REPOSITORY, files)
        use(monkeypatch, tmp_path / "hub", served)
        yield served


def commit_of(hub: HubServer) -> str:
    return hub.repositories[REPOSITORY].refs["main"]


def made(name: str, out: Path) -> Path:
    issue = Issue(zoo.load(name, device="cpu"), 1, 3, out, batch=1, options={"steps": 2})
    return next(iter(issue.run()))[0].path


def test_a_name_becomes_a_commit_that_is_in_id_record_and_lock(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, commit = zoo.find_card(NAME), commit_of(hub)
    assert card.id == f"{NAME}@{commit}"
    assert card.stem == f"diffusers-somebody-ddpm-{commit[:8]}"
    assert not any(UNET in path for path in hub.paths)  # a card needs no weights
    assert {w.source for w in card.weights} == {f"hf-hub:{REPOSITORY}@{commit}"}
    path = made(NAME, tmp_path / "out")
    assert not any("model.ckpt" in path for path in hub.paths)
    assert read_lock()[f"hf-hub:{REPOSITORY}"].commit == commit
    use(monkeypatch, tmp_path / "hub", None)
    hub.asked.clear()
    replay = zoo.replay(path)
    assert (replay.nearness, replay.recorded.model) == ("identical", card.id)
    assert len(replay.recorded.weights) == 4
    assert zoo.find_card(NAME).params > 0
    assert hub.asked == []


def test_a_branch_that_moves_on_is_not_followed(hub: HubServer) -> None:
    first = zoo.find_card(NAME)
    later = hub.add(REPOSITORY, {"README.md": b"---\nlicense: mit\n---\n"})
    assert zoo.find_card(NAME).id == first.id
    newer = zoo.find_card(f"{NAME}@main")
    assert newer.id == f"{NAME}@{later}"
    assert (first.licence, newer.licence) == ("apache-2.0", "mit")


def test_a_cold_cache_without_network_says_what_would_fetch_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path / "hub", None)
    with pytest.raises(WeightsError, match=f"HF_HUB_OFFLINE.*hf download {REPOSITORY}"):
        zoo.find_card(NAME)
    with pytest.raises(WeightsError, match=f"hf download {REPOSITORY} --revision {NOWHERE}"):
        zoo.find_card(f"{NAME}@{NOWHERE}")


def test_what_the_hub_s_own_command_has_fetched_needs_no_network(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import snapshot_download

    snapshot_download(REPOSITORY)
    use(monkeypatch, tmp_path / "hub", None)
    hub.asked.clear()
    assert zoo.find_card(NAME).id == f"{NAME}@{commit_of(hub)}"
    assert made(NAME, tmp_path / "out").is_file()
    assert hub.asked == []


def test_a_picture_makes_nobody_fetch(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(f"{NAME}@{commit_of(hub)}", tmp_path / "out")
    use(monkeypatch, tmp_path / "cold", hub)
    hub.asked.clear()
    with pytest.raises(WeightsError, match=r"nothing is fetched unasked.*hf download"):
        zoo.replay(path)
    assert zoo.verify(path, replay=True).verdict.verdict == "issued-here"
    assert hub.asked == []
    assert zoo.replay(path, model=NAME).nearness == "identical"


def test_a_damaged_download_is_refused(hub: HubServer) -> None:
    card = zoo.find_card(NAME)

    def damage(handler: Any, data: bytes) -> Any:
        return (200, {}, data[:-1] + bytes([data[-1] ^ 1]))

    hub.faults["/cdn/"] = damage
    with pytest.raises(WeightsError, match="sha256"):
        [w.read() for w in card.weights]


def test_what_the_hub_does_not_have(hub: HubServer, files: dict[str, bytes]) -> None:
    with pytest.raises(WeightsError, match="no repository"):
        zoo.find_card("diffusers:somebody/else")
    with pytest.raises(WeightsError, match="no revision 'v9'"):
        zoo.find_card(f"{NAME}@v9")
    hub.add("somebody/nothing", {"weights.ckpt": b"\x80\x04"})
    with pytest.raises(WeightsError, match=r"no model_index\.json"):
        zoo.find_card("diffusers:somebody/nothing")
    pickled = {name: data for name, data in files.items() if name != UNET}
    hub.add("somebody/pickled", {**pickled, "diffusion_pytorch_model.bin": b"\x80\x04"})
    with pytest.raises(WeightsError, match=r"only as diffusion_pytorch_model\.bin"):
        zoo.find_card("diffusers:somebody/pickled")
    assert not any(".bin" in path or ".ckpt" in path for path in hub.paths)


def test_other_weights_are_another_model(hub: HubServer, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name that one instead"):
        zoo.load(NAME, weights=tmp_path / "other.safetensors")


def test_a_record_that_names_a_folder_is_not_followed(tmp_path: Path) -> None:
    from zoo.remaking import replayable_card
    from zoo_provenance.record import Record

    for name in ("diffusers:/etc", f"diffusers:{tmp_path}", f"diffusers:{REPOSITORY}"):
        with pytest.raises((ReplayError, WeightsError), match=r"only you can name|which commit"):
            replayable_card(Record(name, "refine", seed=1, index=0), from_cache=True)
