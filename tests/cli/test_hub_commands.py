"""``zoo push``, ``zoo pull``, ``zoo lock`` and ``zoo cache``, against a Hub on this machine."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from documented import keys, section
from hub import use
from hub_server import HubServer

NAME = "hf-hub:alice/discs"
Call = Callable[..., Any]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as served:
        use(monkeypatch, tmp_path / "cache", served)
        monkeypatch.setenv("HF_TOKEN", "hf_alice")
        monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
        yield served


@pytest.fixture
def published(hub: HubServer, tiny_model: Path) -> str:
    """A model on the Hub, and its commit."""
    names = {"zoo.json": "tiny.json", "tiny.safetensors": "tiny.safetensors"}
    return hub.add("alice/discs", {k: (tiny_model / v).read_bytes() for k, v in names.items()})


def source_of(call_zoo: Call, name: str) -> str:
    (model,) = json.loads(call_zoo("models", name, "--json").stdout)["models"]
    return str(model["weights"][0]["source"])


def test_a_dry_run_writes_the_folder_and_asks_nobody(
    hub: HubServer, call_zoo: Call, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    done = call_zoo("push", tiny_model, "alice/discs", "--dry-run")
    assert done.returncode == 0
    files = {"README.md", "samples.png", "tiny.safetensors", "zoo.json"}
    assert {path.name for path in (tiny_model / "hub").iterdir()} == files
    assert all(f"{tiny_model / 'hub' / name}  " in done.stdout for name in files)
    assert "no licence is stated" in done.stderr
    assert "nothing was pushed" in done.stderr
    assert hub.asked == []
    (answer,) = json.loads(call_zoo("verify", tiny_model / "hub" / "samples.png", "--json").stdout)[
        "files"
    ]
    assert answer["verdict"] == "issued-here"
    table = json.loads((tiny_model / "hub" / "zoo.json").read_text())
    assert "licence" not in table
    assert table["trained_on"] == "Discs (CC0-1.0)"


def test_the_card_tells_data_licences_consent_and_scores(
    hub: HubServer, call_zoo: Call, tiny_model: Path, discs: Path
) -> None:
    card = json.loads((discs / "data.json").read_text())
    card["excluded"] = [{"source": 0, "path": "a.png", "reason": "its C2PA manifest says so"}]
    (discs / "data.json").write_text(json.dumps(card))
    (tiny_model / "run.json").write_text(json.dumps({"data": str(discs)}))
    scores = {
        "schema": 1,
        "set": "tiny.model",
        "conditions": {"features": "fruits360", "revision": "1" * 8, "reference": "discs", "n": 24},
        "measures": [
            {"name": "fd", "shown": "FD (fruits360)", "value": 12.5, "interval": [11, 14]},
            {"name": "odd", "shown": "odd", "value": float("nan"), "interval": None},
        ],
    }
    (tiny_model / "report").mkdir()
    (tiny_model / "report" / "scores.json").write_text(json.dumps(scores))
    other = {**scores, "set": "another-model"}
    (tiny_model / "other.json").write_text(json.dumps(other))
    done = call_zoo(
        "push", tiny_model, "alice/discs", "--licence", "My Own Licence 1.0",
        "--dataset", "alice/disc-photos", "--dry-run",
    )  # fmt: skip
    assert done.stderr == "nothing was pushed\n"
    page = (tiny_model / "hub" / "README.md").read_text()
    head = yaml.safe_load(page.split("---\n")[1])
    assert head["license"] == "other"
    assert head["license_name"] == "my-own-licence-1.0"
    assert head["datasets"] == ["alice/disc-photos"]
    assert head["pipeline_tag"] == "unconditional-image-generation"
    (result,) = head["model-index"][0]["results"]
    assert [metric["value"] for metric in result["metrics"]] == [12.5]
    assert "| FD (fruits360) | 12.5 | 11 to 14 |" in page
    assert "Their licences: CC0-1.0 (64)" in page
    assert "Consent: 1 pictures were left out" in page
    assert str(discs) not in page + (tiny_model / "hub" / "zoo.json").read_text()

    os.utime(tiny_model / "report" / "scores.json", (1, 1))
    done = call_zoo("push", tiny_model, "alice/discs", "--licence", "MIT", "--dry-run")
    assert "scores.json is older than the weights, and left out: measure again" in done.stderr
    assert "## Scores" not in (tiny_model / "hub" / "README.md").read_text()


def test_a_push_makes_a_repository_and_a_second_one_a_revision(
    hub: HubServer, call_zoo: Call, tiny_model: Path
) -> None:
    first = json.loads(call_zoo("push", tiny_model, "alice/discs", "--private", "--json").stdout)
    repository = hub.repositories["alice/discs"]
    assert repository.private
    assert first["source"] == f"{NAME}@{repository.refs['main']}"
    assert set(keys(first)) <= set(re.findall(r'"(\w+)"', section("zoo push --json")))
    assert repository.head["tiny.safetensors"] == (tiny_model / "tiny.safetensors").read_bytes()
    again = call_zoo("push", tiny_model, "alice/discs", "--licence", "MIT").stdout.strip()
    assert again == f"{NAME}@{repository.refs['main']}" != first["source"]
    assert "tiny.alice.discs, by zoo push" in repository.messages
    assert source_of(call_zoo, again) == again


@pytest.mark.parametrize(
    ("token", "repository", "code", "why"),
    [
        ("", "alice/discs", 2, "publishing needs a token.*hf auth login, or HF_TOKEN"),
        ("hf_expired", "alice/discs", 1, "refuses your token.*401"),
        ("hf_mallory", "alice/discs", 1, "may not write to alice/discs: it is alice's"),
        ("hf_mallory", "alice/hidden", 1, "may not write to alice/hidden: it is alice's"),
        ("hf_alice", "nobody/new", 1, "may not write to nobody/new: it is nobody's"),
        ("hf_alice", "discs", 2, "no name of a repository"),
        ("hf_alice", "alice/discs@main", 2, "without a revision"),
    ],
)
def test_who_may_not_push_is_told_in_plain_words(
    hub: HubServer, published: str, call_zoo: Call, tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch, token: str, repository: str, code: int, why: str,
) -> None:  # fmt: skip
    hub.add("alice/hidden", {"zoo.json": b"{}"}, private=True)
    monkeypatch.setenv("HF_TOKEN", token)
    done = call_zoo("push", tiny_model, repository)
    assert (done.returncode, done.stdout) == (code, "")
    assert re.search(why, done.stderr), done.stderr
    assert hub.repositories["alice/discs"].refs["main"] == published


@pytest.mark.parametrize(
    ("part", "status", "why"),
    [
        ("/lfs/", 503, "503"),
        ("preupload", 500, "the Hub has a fault"),
        ("validate-yaml", 400, "bad licence"),
    ],
)
def test_an_upload_that_fails_leaves_no_half_revision(
    hub: HubServer, published: str, call_zoo: Call, tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch, part: str, status: int, why: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("time.sleep", lambda _: None)  # the client tries again, at leisure
    body = b'{"errors": [{"message": "bad licence"}], "warnings": []}'
    hub.faults[part] = lambda *_: (status, {}, body)
    done = call_zoo("push", tiny_model, "alice/discs")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was pushed to alice/discs" in done.stderr
    assert why in done.stderr.splitlines()[-1]
    assert hub.repositories["alice/discs"].refs["main"] == published


def test_what_is_no_export_is_not_pushed(hub: HubServer, call_zoo: Call, tmp_path: Path) -> None:
    done = call_zoo("push", tmp_path, "alice/discs")
    assert done.returncode == 2
    assert "holds no model that zoo train has exported" in done.stderr
    assert hub.asked == []


def test_pull_fetches_checks_and_says_how_to_run_it(
    hub: HubServer, published: str, call_zoo: Call, tmp_path: Path, monkeypatch: Any
) -> None:
    table = json.loads(call_zoo("pull", "alice/discs", "--json").stdout)
    assert set(keys(table)) <= set(re.findall(r'"(\w+)"', section("zoo pull --json")))
    use(monkeypatch, tmp_path / "cache", None)
    done = call_zoo("pull", f"{NAME}@{published}")
    assert done.stdout.splitlines()[-1] == f"zoo generate --model {NAME}@{published}"
    (kept,) = (path.resolve() for path in (tmp_path / "cache").rglob("tiny.safetensors"))
    kept.write_bytes(b"x" + kept.read_bytes()[1:])
    done = call_zoo("pull", NAME)
    assert (done.returncode, done.stdout) == (1, "")
    assert "HF_HUB_OFFLINE forbids fetching it" in done.stderr
    assert "this fetches it" not in done.stderr  # it is what was just tried
    made = call_zoo("generate", "-m", "hf-hub:alice/elsewhere")
    assert "this fetches it: zoo pull hf-hub:alice/elsewhere" in made.stderr
    assert "this fetches it" not in call_zoo("pull", "alice/elsewhere").stderr
    use(monkeypatch, tmp_path / "cache", hub)
    (card,) = (path.resolve() for path in (tmp_path / "cache").rglob("zoo.json"))
    card.write_bytes(b"torn")
    assert "is not one that zoo push wrote" in call_zoo("models", NAME).stderr
    assert call_zoo("pull", NAME).returncode == 0
    assert source_of(call_zoo, NAME) == f"{NAME}@{published}"
    assert "nothing to pull" in call_zoo("pull", "stylegan-lite").stderr


def test_a_newer_revision_changes_nothing_until_it_is_asked_for(
    hub: HubServer, published: str, call_zoo: Call, tmp_path: Path, monkeypatch: Any
) -> None:
    lock = tmp_path / "project" / "hub.lock"
    monkeypatch.setenv("ZOO_LOCK", str(lock))
    assert source_of(call_zoo, NAME) == f"{NAME}@{published}"
    newer = hub.add("alice/discs", {"notes.txt": b"new"})
    assert source_of(call_zoo, NAME) == f"{NAME}@{published}"
    table = json.loads(call_zoo("lock", "--json").stdout)
    assert set(keys(table)) <= set(re.findall(r'"(\w+)"', section("zoo lock --json")))
    assert call_zoo("lock").stdout.split()[::2] == [published, NAME]

    updated = call_zoo("lock", "update", "alice/discs").stdout
    assert updated == f"{NAME}@{newer} (before: {published})\n"
    assert call_zoo("lock", "update", NAME).stdout == f"{NAME}@{newer}, as before\n"
    assert source_of(call_zoo, NAME) == f"{NAME}@{newer}"
    assert call_zoo("lock", "update", f"{NAME}@{newer}").returncode == 2
    assert call_zoo("lock", "remove", NAME).returncode == 0
    assert json.loads(lock.read_text()) == {"schema": 1, "names": {}}
    assert call_zoo("lock", "remove", NAME).returncode == 2


def test_a_lock_that_cannot_be_written_says_what_can_be_done(
    hub: HubServer, published: str, call_zoo: Call, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZOO_LOCK", str(tmp_path / "file" / "hub.lock"))
    done = call_zoo("models", NAME)
    assert done.returncode == 2
    assert "lock file" in done.stderr
    assert "ZOO_LOCK" in done.stderr


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def test_the_cache_is_listed_and_pruned(
    hub: HubServer, published: str, call_zoo: Call, tmp_path: Path, monkeypatch: Any
) -> None:
    assert call_zoo("cache", "list").stdout == ""
    call_zoo("pull", NAME)
    newer = hub.add("alice/discs", {"notes.txt": b"new"})
    call_zoo("pull", f"{NAME}@{newer}")
    foreign = tmp_path / "cache" / "models--other--program" / "snapshots" / ("a" * 40)
    foreign.mkdir(parents=True)
    (foreign / "config.json").write_text("{}")
    table = json.loads(call_zoo("cache", "list", "--json").stdout)
    assert set(keys(table)) <= set(re.findall(r'"(\w+)"', section("zoo cache … --json")))
    used = {kept["source"]: kept["used_by"] for kept in table["models"]}
    assert used == {f"{NAME}@{published}": [NAME], f"{NAME}@{newer}": []}

    asked = call_zoo("cache", "prune")
    assert (asked.returncode, f"{NAME}@{newer}" in asked.stdout) == (2, True)
    assert "say --yes" in asked.stderr
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    refused = call_zoo("cache", "prune")
    assert re.search(r"Remove these and free [\d,]+ bytes\?", refused.stderr)
    assert refused.stderr.endswith("nothing was removed\n")
    done = json.loads(call_zoo("cache", "prune", "--yes", "--json").stdout)
    assert set(keys(done)) <= set(re.findall(r'"(\w+)"', section("zoo cache … --json")))
    assert [kept["source"] for kept in done["removed"]] == [f"{NAME}@{newer}"]
    assert call_zoo("models", f"{NAME}@{published}").returncode == 0
    assert "nothing to remove" in call_zoo("cache", "prune", "--yes").stderr
    assert call_zoo("cache", "prune", "alice/none").returncode == 2
    assert call_zoo("cache", "prune", NAME, "--yes").returncode == 0
    assert call_zoo("cache", "list").stdout == ""
    assert (foreign / "config.json").is_file()
