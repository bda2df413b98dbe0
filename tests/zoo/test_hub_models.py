"""Models of the Hub by name: what is fetched, what is checked, what is remembered."""

from __future__ import annotations

import dataclasses
import json
import logging
import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hub import use
from hub_server import HubServer

import zoo
from zoo.errors import UnknownNameError, UsageError, WeightsError

NAME = "hf-hub:alice/My.Discs"
REPOSITORY = "alice/My.Discs"
WEIGHTS = "tiny.safetensors"


@pytest.fixture
def files(tiny_model: Path) -> dict[str, bytes]:
    return {
        "zoo.json": (tiny_model / "tiny.json").read_bytes(),
        WEIGHTS: (tiny_model / WEIGHTS).read_bytes(),
    }


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as served:
        use(monkeypatch, tmp_path / "cache", served)
        yield served


@pytest.fixture
def commit(hub: HubServer, files: dict[str, bytes]) -> str:
    return hub.add(REPOSITORY, files)


def changed(files: dict[str, bytes], **values: Any) -> dict[str, bytes]:
    table = {**json.loads(files["zoo.json"]), **values}
    return {**files, "zoo.json": json.dumps(table).encode()}


def one(name: str) -> zoo.Picture:
    return next(zoo.load(name, device="cpu").generate(1, seed=7))


def test_a_name_generates_and_its_record_says_from_where(
    hub: HubServer, commit: str, tiny_model: Path
) -> None:
    picture = one(NAME)
    assert picture.record.sources == (f"{NAME}@{commit}",)
    assert picture.record.model == "tiny.alice.my.discs"
    assert np.array_equal(picture.pixels, one(str(tiny_model)).pixels)
    assert one(str(tiny_model)).record.sources == ()


def test_the_token_never_goes_to_where_large_files_lie(
    hub: HubServer, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("alice/secret", files, private=True)
    with pytest.raises(WeightsError, match=r"no repository alice/secret, or none for.*HF_TOKEN"):
        zoo.find_card("hf-hub:alice/secret")
    monkeypatch.setenv("HF_TOKEN", "hf_alice")
    one("hf-hub:alice/secret")
    said = {path.split("/")[1]: headers.get("authorization") for _, path, headers in hub.asked}
    assert said == {"alice": "Bearer hf_alice", "cdn": None}


def test_a_renamed_repository_answers_under_its_old_name(hub: HubServer, commit: str) -> None:
    hub.renamed["alice/before"] = REPOSITORY
    assert one("hf-hub:alice/before").record.sources == (f"hf-hub:alice/before@{commit}",)


def test_what_was_fetched_needs_no_network(
    hub: HubServer, commit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = one(NAME)
    hub.asked.clear()
    assert np.array_equal(one(NAME).pixels, first.pixels)
    assert hub.asked == []
    use(monkeypatch, tmp_path / "cache", None)
    assert np.array_equal(one(f"{NAME}@{commit}").pixels, first.pixels)


def test_a_cold_cache_names_file_repository_and_command(
    hub: HubServer, commit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = zoo.find_card(f"{NAME}@{commit}")
    use(monkeypatch, tmp_path / "cache", None)
    with pytest.raises(WeightsError) as error:
        card.weights[0].read()
    for part in (WEIGHTS, REPOSITORY, "HF_HUB_OFFLINE", f"zoo pull {NAME}@{commit}"):
        assert part in str(error.value)
    use(monkeypatch, tmp_path / "other", None)
    with pytest.raises(WeightsError, match=r"zoo.json of alice/My.Discs.*zoo pull hf-hub:alice/My"):
        zoo.find_card(NAME)
    with HubServer() as gone:
        pass
    monkeypatch.setattr(time, "sleep", lambda _: None)  # the client tries again, at leisure
    use(monkeypatch, tmp_path / "other", gone)
    with pytest.raises(WeightsError, match="the Hub cannot be reached"):
        zoo.find_card(NAME)


def test_the_lock_keeps_what_a_name_meant(
    hub: HubServer,
    commit: str,
    files: dict[str, bytes],
    zoo_home: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert zoo.find_card(NAME).weights[0].source == f"{NAME}@{commit}"
    assert f"{NAME} is {commit} from now on" in caplog.text
    newer = hub.add(REPOSITORY, changed(files, trained_on="Other discs (CC0-1.0)"))
    assert newer != commit
    assert zoo.find_card(NAME).trained_on == "Discs (CC0-1.0)"
    assert zoo.find_card(f"{NAME}@{newer}").trained_on == "Other discs (CC0-1.0)"
    assert zoo.find_card(f"{NAME}@main").weights[0].source == f"{NAME}@{newer}"
    table = json.loads((zoo_home / "hub.lock").read_text())
    assert {name: entry["commit"] for name, entry in table["names"].items()} == {
        NAME: commit,
        f"{NAME}@main": newer,
    }
    assert list(table["names"]) == sorted(table["names"])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"file": "../tiny.safetensors"}, "plain name that ends in .safetensors"),
        ({"file": "tiny.pt"}, "plain name that ends in .safetensors"),
        ({"size": 10**12}, "size '1000000000000' is no whole number"),
        ({"sha256": "abc"}, "64 hex digits"),
        ({"params": True}, "params 'True' is no whole number"),
        ({"side": 10**6}, "side '1000000' is no whole number from 8 to 4096"),
        ({"labels": "Red"}, "labels is no list"),
        ({"labels": ["Red", "red"]}, "two labels are the same"),
        ({"labels": ["Red\x1b[2J"]}, "not one plain line"),
        ({"labels": ["x" * 256]}, "1 to 255 characters"),
        ({"trained_on": "photos\nand more"}, "not one plain line"),
        ({"licence": ""}, "licence '' is no text"),
    ],
)
def test_a_strangers_card_is_held_to_what_it_may_say(
    hub: HubServer, files: dict[str, bytes], values: dict[str, Any], why: str
) -> None:
    hub.add(REPOSITORY, changed(files, **values))
    with pytest.raises(WeightsError, match=why) as error:
        zoo.find_card(NAME)
    assert f"of {NAME}@" in str(error.value)
    assert str(error.value).isprintable()


def test_a_card_names_no_code(hub: HubServer, files: dict[str, bytes]) -> None:
    hub.add(REPOSITORY, changed(files, factory="os:system", options=["x"], replay="none"))
    assert zoo.find_card(NAME).factory == "zoo_tiny:build_model"
    hub.add("alice/other", changed(files, id="os.system"))
    with pytest.raises(UnknownNameError, match=r"'os.system'.*plugin is not installed"):
        zoo.find_card("hf-hub:alice/other")


def test_what_is_no_model_of_zoo_is_told(hub: HubServer, files: dict[str, bytes]) -> None:
    hub.add("alice/pickled", {"pytorch_model.bin": pickle.dumps({})})
    with pytest.raises(WeightsError, match=r"has no zoo.json.*docs/hub.md"):
        zoo.find_card("hf-hub:alice/pickled")
    hub.add("alice/large", {"zoo.json": b" " * (2**20 + 1)})
    with pytest.raises(WeightsError, match="at most 1048576 are taken"):
        zoo.find_card("hf-hub:alice/large")
    hub.add("alice/odd", {"zoo.json": b"[" * 100_000})
    with pytest.raises(WeightsError, match="is not one that zoo push wrote"):
        zoo.find_card("hf-hub:alice/odd")
    hub.add(REPOSITORY, files)
    with pytest.raises(WeightsError, match="has no revision 'dev'"):
        zoo.find_card(f"{NAME}@dev")
    for name in ("alice", "alice/a/b", "../b", "a--b/c", "alice/x@", "alice/x@../y", "a/b@-x"):
        with pytest.raises(UsageError, match="no name of a repository"):
            zoo.find_card(f"hf-hub:{name}")


def test_a_file_that_differs_from_the_card_is_not_even_fetched(
    hub: HubServer, files: dict[str, bytes]
) -> None:
    hub.add(REPOSITORY, {**files, WEIGHTS: files[WEIGHTS][:-1] + b"x"})
    with pytest.raises(WeightsError, match=r"was not fetched: its sha256 is \w+ on the Hub"):
        zoo.load(NAME)
    hub.add("alice/longer", {**files, WEIGHTS: files[WEIGHTS] + b"x"})
    with pytest.raises(WeightsError, match=r"was not fetched: it has \d+ bytes on the Hub"):
        zoo.load("hf-hub:alice/longer")
    assert not any("/cdn/" in path for path in hub.paths)


def test_bytes_that_change_on_the_way_are_refused_and_pulled_again(
    hub: HubServer, commit: str, files: dict[str, bytes]
) -> None:
    hub.faults["/cdn/"] = lambda _, data: (200, {}, data[:-1] + b"x")
    with pytest.raises(WeightsError, match=f"its sha256 is .*fetches it again: zoo pull {NAME}@"):
        zoo.load(NAME)
    hub.faults.clear()
    from zoo.hub.pinned import pull

    assert pull(zoo.find_card(NAME).weights[0]).data == files[WEIGHTS]
    zoo.load(NAME, device="cpu")


def test_a_broken_connection_is_taken_up_where_it_broke(
    hub: HubServer, commit: str, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = files[WEIGHTS]
    broken: list[int] = []
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 20)

    def cut(_: Any, whole: bytes) -> Any:
        broken.append(1)
        return (200, {"Content-Length": str(len(whole))}, whole[:100]) if len(broken) == 1 else None

    hub.faults["/cdn/"] = cut
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert zoo.find_card(NAME).weights[0].read().data == data
    ranges = [headers.get("range") for _, path, headers in hub.asked if "/cdn/" in path]
    assert ranges == [None, "bytes=100-"]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (lambda _, data: (200, {}, data[:50]), "should be of size"),
        (lambda *_: (503, {}, b"busy"), "overloaded or under repair"),
        (lambda *_: (404, {}, b""), "no such repository"),
    ],
)
def test_a_download_that_fails_says_so_and_leaves_nothing_to_run(
    hub: HubServer, commit: str, tmp_path: Path, fault: Callable[..., Any], why: str
) -> None:
    hub.faults["/cdn/"] = fault
    with pytest.raises(WeightsError, match=f"(?s){why}.*zoo pull {NAME}@{commit}"):
        zoo.load(NAME)
    assert not list((tmp_path / "cache").rglob(WEIGHTS))


def test_a_refused_token_is_told_in_plain_words(
    hub: HubServer, commit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    with pytest.raises(WeightsError, match=r"refuses your token.*hf auth login"):
        zoo.find_card(NAME)


def test_a_plugins_weights_may_lie_on_the_hub(hub: HubServer, commit: str, tiny: None) -> None:
    weights = zoo.find_card(NAME).weights
    card = dataclasses.replace(
        zoo.find_card("tiny"), weights=weights, labels=("Red", "Blue"), size=(16, 16)
    )
    from zoo.loading import load_card

    picture = next(load_card(card, device="cpu").generate(1, seed=7))
    assert picture.record.sources == (f"{NAME}@{commit}",)
    assert picture.record.model == "tiny.none"


def test_every_place_that_takes_a_model_takes_one_of_the_hub(hub: HubServer, commit: str) -> None:
    from zoo.evaluation.sets import open_set
    from zoo.tuning.tune import check

    assert open_set(NAME, n=2, device="cpu").name == "tiny.alice.my.discs"
    assert open_set(f"{NAME}@{commit}", n=2, device="cpu").name == "tiny.alice.my.discs"
    card, _ = check(NAME, "sharpness", None)
    assert card.weights[0].source == f"{NAME}@{commit}"
    with pytest.raises(UsageError, match=f"--model {NAME}"):
        zoo.load("tiny", weights=NAME)


def test_scores_say_which_revision_they_are_of(hub: HubServer, commit: str) -> None:
    (evaluation,) = zoo.evaluate(NAME, n=24, measures=["label_accuracy"], cache=False, device="cpu")
    assert f"weights from {NAME}@{commit}" in evaluation.conditions.notes
