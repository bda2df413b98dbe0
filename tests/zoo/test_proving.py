"""Proof by replay: with its record alone, a picture's origin is shown without any certificate."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

import zoo
from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.examination import Examination, examine
from zoo_provenance.examiners import BUILT_IN, ReplayExaminer
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType
from zoo_provenance.trust import Trust

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


@pytest.fixture(scope="module")
def pictures() -> list[zoo.Picture]:
    """Two of one label, made in a batch of 4."""
    model = zoo.load("stylegan-lite", device="cpu")
    options = {"truncation": 0.7}
    batches = model.generate_batches(3, 7, batch=4, label="Lemon", options=options, indices=[1, 2])
    return next(batches)


@pytest.fixture
def received(tmp_path: Path, pictures: list[zoo.Picture]) -> Callable[..., Path]:
    """The first picture as it comes in: no manifest, no mark, JPEG 75."""

    def save(change: Callable[[Image.Image], Image.Image] = lambda image: image) -> Path:
        path = tmp_path / "received.jpg"
        change(Image.fromarray(pictures[0].pixels)).save(path, quality=75)
        return path

    return save


def replay_of(answer: Examination) -> Evidence:
    [found] = [e for e in answer.evidence if e.examiner == "replay"]
    return found


def test_the_record_alone_proves_a_stripped_copy(
    received: Callable[..., Path], pictures: list[zoo.Picture]
) -> None:
    record = pictures[0].record
    assert zoo.verify(received(), replay=True).verdict.verdict == "no-evidence"
    answer = zoo.verify(received(), record=record)
    assert (answer.verdict.verdict, answer.verdict.origin) == ("proven-ai", "ai")
    assert answer.verdict.integrity == "unbound"
    found = replay_of(answer)
    assert found.details["from"] == "given"
    assert "stylegan-lite.fruits360 (seed 7, index 1, label Lemon)" in found.summary
    for change in (ImageOps.mirror, lambda image: image.resize((150, 150))):
        assert zoo.verify(received(change), record=record).verdict.verdict == "proven-ai"


@pytest.mark.parametrize(
    "changes", [{"index": 2}, {"seed": 8}, {"label": "Apple Red"}, {"options": {"truncation": 0.5}}]
)
def test_another_record_proves_nothing(
    received: Callable[..., Path], pictures: list[zoo.Picture], changes: dict[str, Any]
) -> None:
    labels = zoo.find_card("stylegan-lite").labels
    changes = {"label": labels[0]} if "label" in changes else changes
    answer = zoo.verify(received(), record=dataclasses.replace(pictures[0].record, **changes))
    assert answer.verdict.verdict == "no-evidence"
    assert replay_of(answer).state == "another"
    assert "it is another picture" in replay_of(answer).summary


def test_an_untrusted_manifest_is_proven_by_its_record(
    tmp_path: Path, pictures: list[zoo.Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    seal(pictures[0].pixels, pictures[0].record, source=AI, out=path)
    monkeypatch.setenv("ZOO_HOME", str(tmp_path / "elsewhere"))
    assert zoo.verify(path).verdict.verdict == "claimed-ai"
    proven = zoo.verify(path, replay=True)
    assert (proven.verdict.verdict, proven.verdict.integrity) == ("proven-ai", "intact")
    assert replay_of(proven).details["from"] == "manifest"


def test_a_record_in_the_ledger_proves_a_copy_too_small_for_marks(tmp_path: Path) -> None:
    copies = []
    for small in zoo.load("stylegan-lite", device="cpu").generate(4, seed=5, size=96):
        seal(small.pixels, small.record, source=AI, out=tmp_path / f"{small.index}.png")
        copies.append(tmp_path / f"{small.index}.jpg")
        Image.fromarray(small.pixels).save(copies[-1], quality=85)
    copy = next(c for c in copies if zoo.verify(c).verdict.verdict == "inconclusive")
    proven = zoo.verify(copy, replay=True)
    assert proven.verdict.verdict == "proven-ai"
    assert replay_of(proven).details["from"] == "ledger"


def test_a_visible_label_is_drawn_again(tmp_path: Path, pictures: list[zoo.Picture]) -> None:
    path = tmp_path / "labelled.png"
    record = pictures[0].record.with_visible_label("AI GENERATED")
    seal(pictures[0].pixels, record, source=AI, out=path)
    copy = tmp_path / "copy.jpg"
    Image.open(path).convert("RGB").save(copy, quality=75)
    assert replay_of(zoo.verify(copy, record=record)).details["from"] == "given"
    # Without its words the stated record is another picture's; the ledger has the right one.
    assert replay_of(zoo.verify(copy, record=pictures[0].record)).details["from"] == "ledger"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "dall-e.3"}, "not installed here"),
        ({"weights": ("0" * 64,)}, "sha256"),
        ({"options": {"truncation": 50}}, "truncation is"),
        ({"label": "Dragon"}, "unknown label"),
        ({"seed": -5}, "seed is -5"),
        ({"index": 2**63}, "n is"),
    ],
)
def test_a_record_that_cannot_be_made_says_why(
    received: Callable[..., Path],
    pictures: list[zoo.Picture],
    changes: dict[str, Any],
    message: str,
) -> None:
    found = replay_of(
        zoo.verify(received(), record=dataclasses.replace(pictures[0].record, **changes))
    )
    assert (found.state, found.finding) == ("cannot", Finding.NOT_EXAMINED)
    assert message in found.summary


def test_a_greedy_record_costs_one_picture(
    received: Callable[..., Path], pictures: list[zoo.Picture]
) -> None:
    """Its batch and its size are not a stranger's to choose."""
    record = dataclasses.replace(pictures[0].record, batch=10**9, size=(10**5, 10**5))
    assert replay_of(zoo.verify(received(), record=record)).state == "same"


def test_an_even_picture_is_no_proof(tmp_path: Path) -> None:
    """A grey square comes out of too many records."""
    grey = Image.new("RGB", (128, 128), (90, 90, 90))
    path = tmp_path / "grey.png"
    grey.save(path)
    record = Record("grey", "test", seed=0, index=0)
    again = ReplayExaminer(lambda _: np.asarray(grey), record)
    answer = examine(path, examiners=(*BUILT_IN, again), trust=Trust())
    assert replay_of(answer).state == "even"
    assert answer.verdict.verdict == "no-evidence"


def test_without_torch_it_says_what_to_install(
    received: Callable[..., Path], pictures: list[zoo.Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    found = replay_of(zoo.verify(received(), record=pictures[0].record))
    assert found.finding is Finding.NOT_EXAMINED
    assert "models" in found.summary


def test_what_is_settled_is_not_made_again(tmp_path: Path, pictures: list[zoo.Picture]) -> None:
    path = tmp_path / "picture.png"
    seal(pictures[0].pixels, pictures[0].record, source=AI, out=path)
    left_out = replay_of(zoo.verify(path, replay=True))
    assert left_out.state == "skipped"
    assert "the ledger has this very file" in left_out.summary
