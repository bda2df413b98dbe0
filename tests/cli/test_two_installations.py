"""Two installations on one record: what the one says of the other's pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

AI = "trainedAlgorithmicMedia"
EDITED = "compositeWithTrainedAlgorithmicMedia"
Call = Callable[..., Any]


class Installation:
    """A home of its own, and what people do there."""

    def __init__(self, home: Path, call: Call, patch: pytest.MonkeyPatch) -> None:
        self._home, self._call, self._patch = home, call, patch
        self.work = home.parent / f"{home.name}-pictures"
        self.work.mkdir()

    def run(self, *words: object) -> str:
        self._patch.setenv("ZOO_HOME", str(self._home))
        done = self._call(*map(str, words))
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    def seal(self, seed: int, source: str) -> dict[str, Any]:
        """One of many pictures of one size by one program: their records are the same."""
        rng = np.random.default_rng(seed)
        coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        path = self.work / f"{seed}.jpg"
        Image.fromarray(coarse).resize((260, 200), Image.Resampling.BICUBIC).save(path, quality=92)
        words = ("--source", source, "--made-by", "Paint AI", "--out", self.work / "sealed")
        (entry,) = json.loads(self.run("seal", path, *words, "--json"))["pictures"]
        return dict(entry)

    def verify(self, path: Path | str) -> dict[str, Any]:
        (entry,) = json.loads(self.run("verify", path, "--json"))["files"]
        return dict(entry)


@pytest.fixture
def installations(
    tmp_path: Path, call_zoo: Call, monkeypatch: pytest.MonkeyPatch
) -> tuple[Installation, Installation]:
    ours, theirs = (Installation(tmp_path / n, call_zoo, monkeypatch) for n in ("a", "b"))
    return ours, theirs


def summary(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["verdict"], entry["origin"], entry["integrity"]


def mark_of(entry: dict[str, Any]) -> dict[str, Any]:
    (found,) = [e for e in entry["evidence"] if e["examiner"] == "watermark"]
    return dict(found)


def saved_anew(path: str) -> Path:
    copy = Path(path).with_name("copy.jpg")
    Image.open(path).convert("RGB").save(copy, quality=85)
    return copy


def test_a_picture_of_another_installation_is_never_taken_for_an_altered_one(
    installations: tuple[Installation, Installation],
) -> None:
    ours, theirs = installations
    received, own = theirs.seal(1, AI), ours.seal(2, AI)
    assert received["watermark"]
    assert own["watermark"]
    assert received["id"] != own["id"]
    assert summary(ours.verify(received["path"])) == ("claimed-ai", "ai", "intact")
    assert summary(ours.verify(saved_anew(received["path"]))) == ("claimed-ai", "ai", "unbound")
    root = ours.work / "theirs.pem"
    root.write_text(theirs.run("keys", "show", "--pem"))
    ours.run("trust", "add", root)
    assert summary(ours.verify(received["path"])) == ("declared-ai", "ai", "intact")
    assert summary(ours.verify(own["path"])) == ("issued-here", "ai", "intact")


def test_what_was_edited_with_ai_is_said_to_be_that(
    installations: tuple[Installation, Installation],
) -> None:
    ours, theirs = installations
    sealed = theirs.seal(1, EDITED)
    assert sealed["watermark"]
    found = ours.verify(sealed["path"])
    assert summary(found) == ("claimed-ai", "ai-edited", "intact")
    says = {e["examiner"]: e["origin"] for e in found["evidence"] if e["finding"] == "says"}
    assert says == {"c2pa": "ai-edited", "declared": "ai-edited", "watermark": "ai-edited"}
    copy = saved_anew(sealed["path"])
    found = ours.verify(copy)
    assert summary(found) == ("claimed-ai", "ai-edited", "unbound")
    assert "pictures that AI had a part in" in mark_of(found)["summary"]
    assert summary(theirs.verify(copy)) == ("issued-here", "ai-edited", "changed")
    whole = ours.verify(saved_anew(theirs.seal(2, AI)["path"]))
    assert "pictures by AI;" in mark_of(whole)["summary"]


def test_an_altered_copy_of_ours_leads_back_to_what_it_was(
    installations: tuple[Installation, Installation],
) -> None:
    ours, theirs = installations
    sealed = ours.seal(1, AI)
    changed = Path(sealed["path"]).with_name("changed.jpg")
    changed.write_bytes(Path(sealed["path"]).read_bytes() + b"a line\n")
    found = ours.verify(changed)
    assert summary(found) == ("altered", "ai", "changed")
    by = {e["examiner"]: e for e in found["evidence"]}
    for name in ("watermark", "fingerprint"):
        assert by[name]["finding"] == "confirmed"
        assert by[name]["details"]["id"] == sealed["id"]
        assert by[name]["details"]["model"] == "Paint AI"
        told = f"a changed copy of the picture {sealed['id']} that was issued here"
        assert told in by[name]["summary"]
        assert by[name]["summary"] in found["reasons"]
    assert not [e for e in found["evidence"] if e["summary"] == "Not needed."]
    elsewhere = theirs.verify(changed)
    assert summary(elsewhere) == ("altered", "ai", "changed")
    assert mark_of(elsewhere)["details"]["id"] == sealed["id"]
