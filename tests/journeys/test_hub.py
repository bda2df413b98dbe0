"""From a trained model to the Hub and back on another machine: the same pictures, whose manifest
says from where their model was, and a name that means tomorrow what it means today."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_server import HubServer

Zoo = Callable[..., Any]
NAME = "hf-hub:alice/discs"


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as served:
        yield served


@pytest.fixture
def zoo_at(run_zoo: Any, hub: HubServer, tmp_path: Path) -> Callable[[str, str | None], Zoo]:
    """The command on a machine of its own, where a user of the Hub is logged in, or nobody."""

    def at(machine: str, user: str | None = None) -> Zoo:
        home = tmp_path / machine
        variables = {"ZOO_HOME": str(home / "zoo"), **hub.environment(home / "hf", user)}

        def zoo(*words: Any, code: int = 0, **more: str) -> Any:
            done = run_zoo(*words, env={**variables, **more})
            assert done.returncode == code, done.stdout + done.stderr
            return done

        return zoo

    return at


def test_a_model_goes_to_the_hub_and_comes_back_elsewhere(
    hub: HubServer, zoo_at: Any, tiny_model: Path, discs: Path, tmp_path: Path
) -> None:
    author = zoo_at("author", "alice")
    author("generate", "-m", tiny_model, "-n", "2", "--seed", "7", "--out", tmp_path / "before")
    scores = author(
        "evaluate", "--model", tiny_model, "--against", f"{discs}:test", "-n", "16", "--json"
    ).stdout
    (tiny_model / "scores.json").write_text(scores)
    pushed = author("push", tiny_model, "alice/discs", "--licence", "CC0-1.0")
    commit = hub.repositories["alice/discs"].refs["main"]
    assert pushed.stdout == f"{NAME}@{commit}\n"
    assert f"zoo generate --model {NAME}@{commit}" in pushed.stderr
    page = hub.repositories["alice/discs"].head["README.md"].decode()
    for words in ("license: cc0-1.0", "pipeline_tag: unconditional-image-generation",
                  "library_name: zoo-generators", "- zoo-generators", "model-index",
                  "Trained on: Discs (CC0-1.0)", "| measure |"):  # fmt: skip
        assert words in page
    sheet = tmp_path / "samples.png"
    sheet.write_bytes(hub.repositories["alice/discs"].head["samples.png"])
    (claimed,) = json.loads(zoo_at("reader")("verify", sheet, "--json").stdout)["files"]
    assert claimed["verdict"] == "claimed-ai"

    for folder in (tiny_model, tmp_path / "author"):
        shutil.rmtree(folder)
    reader = zoo_at("another")
    made = reader("generate", "-m", NAME, "-n", "2", "--seed", "7", "--out", tmp_path / "after")
    assert f"{NAME} is {commit} from now on" in made.stderr
    (first, _) = sorted((tmp_path / "after").glob("*.png"))
    assert first.name == "tiny.alice.discs-7-00000.png"
    verified = json.loads(reader("verify", first, "--json").stdout)["files"][0]
    assert verified["verdict"] == "issued-here"
    (manifest,) = (e for e in verified["evidence"] if e["examiner"] == "c2pa")
    assert manifest["details"]["record"]["sources"] == [f"{NAME}@{commit}"]
    assert f"weights from {NAME}@{commit}" in " ".join(reader("verify", first).stdout.split())
    table = json.loads(reader("replay", first, "--json", HF_HUB_OFFLINE="1").stdout)
    assert (table["result"], table["sources"]) == ("identical", [f"{NAME}@{commit}"])

    assert not any("agent" in path for path in hub.paths), "nothing is told to the Hub besides"
    # What the author made of it before is, on the reader's machine, made again bit by bit.
    old = sorted((tmp_path / "before").glob("*.png"))[1]
    assert "bitwise the same" in reader("replay", old, "-m", f"{NAME}@{commit}").stdout
    zoo_at("stranger")("replay", first, "--model", f"{NAME}@{commit}")


def test_a_strangers_picture_fetches_nothing(
    hub: HubServer, zoo_at: Any, tiny_model: Path, tmp_path: Path
) -> None:
    zoo_at("author", "alice")("push", tiny_model, "alice/discs")
    commit = hub.repositories["alice/discs"].refs["main"]
    zoo_at("maker")("generate", "-m", NAME, "-n", "1", "--seed", "7", "--out", tmp_path / "made")
    (picture,) = (tmp_path / "made").glob("*.png")
    hub.asked.clear()
    other = zoo_at("other")
    refused = other("replay", picture, code=1)
    assert f"zoo replay PICTURE --model {NAME}@{commit}" in refused.stderr
    assert "nothing is fetched unasked" in refused.stderr
    verified = json.loads(other("verify", picture, "--replay", "--json").stdout)["files"][0]
    assert verified["verdict"] == "claimed-ai"
    (replayed,) = (e for e in verified["evidence"] if e["examiner"] == "replay")
    assert "proves nothing" in replayed["summary"]
    assert hub.asked == []
    other("pull", f"{NAME}@{commit}")
    hub.asked.clear()
    assert "bitwise the same" in other("replay", picture).stdout
    assert hub.asked == []
