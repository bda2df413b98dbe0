"""Checking that an examiner keeps Zoo's contract."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from zoo_provenance.errors import PictureError
from zoo_provenance.evidence import Finding
from zoo_provenance.examination import examine_subject
from zoo_provenance.subject import read_subject
from zoo_provenance.trust import Trust

from .contract import Check, Report, run_checks
from .watched import manners, watch

if TYPE_CHECKING:
    from zoo_provenance.evidence import Evidence, Examiner
    from zoo_provenance.subject import Subject


def check_examiner(examiner: Examiner) -> Report:
    """Try every clause of an examiner's contract on made-up files: pictures, a broken one, a tiny
    one.

    Returns how each went. Raises ContractError, which lists them, where one fails.
    """
    with TemporaryDirectory() as folder:
        return run_checks(examiner.name, _checks(examiner, Path(folder))).demand()


def _checks(examiner: Examiner, folder: Path) -> Iterator[Check]:
    files = _files(folder)
    picture, before = files["a PNG"], _contents(folder)
    for name, file in files.items():
        yield Check(f"it answers about {name}", lambda file=file: _answers(examiner, file))  # type: ignore[misc]
    yield Check("the same file has the same answer", lambda: _repeats(examiner, picture))
    yield Check(
        "it writes nothing, and leaves the picture alone", lambda: _reads(examiner, picture, before)
    )
    yield from manners(lambda: watch(lambda: examiner.examine(_subject(picture))))


def _files(folder: Path) -> dict[str, Path]:
    """Pictures of a gradient with grain."""
    y, x = np.mgrid[:96, :128]
    grain = np.random.default_rng(7).integers(0, 32, (96, 128, 3))
    pixels = (np.stack([x, y, 128 - x], -1) + grain).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(pixels)
    image.save(folder / "picture.png")
    image.save(folder / "picture.jpg")
    image.convert("L").resize((1, 1)).save(folder / "tiny.png")
    data = (folder / "picture.jpg").read_bytes()
    (folder / "broken.jpg").write_bytes(data[: len(data) // 2])
    return {
        "a PNG": folder / "picture.png",
        "a JPEG": folder / "picture.jpg",
        "a picture of one grey pixel": folder / "tiny.png",
        "a JPEG that was cut off": folder / "broken.jpg",
    }


def _subject(file: Path) -> Subject:
    return read_subject(file, Trust(()), None, thorough=True)


def _answers(examiner: Examiner, file: Path) -> str | None:
    subject = _subject(file)
    try:
        examiner.examine(subject)
        (found,) = examine_subject(subject, [examiner]).evidence
    except PictureError:
        return None  # the file cannot be read, as it says itself, or as Zoo finds after it
    if found.finding is Finding.NOT_EXAMINED and found.state == "failed":
        return found.summary
    return None


def _repeats(examiner: Examiner, file: Path) -> str | None:
    one, other = (_evidence(examiner, file) for _ in range(2))
    if one == other:
        return None
    first, second = (f"{found.finding} ({found.summary or found.state})" for found in (one, other))
    return f"asked twice, it says {first}, then {second}"


def _evidence(examiner: Examiner, file: Path) -> Evidence:
    (found,) = examine_subject(_subject(file), [examiner]).evidence
    return found


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.iterdir()}


def _reads(examiner: Examiner, file: Path, before: dict[Path, bytes]) -> str | None:
    subject = _subject(file)
    pixels = hashlib.sha256(subject.picture().tobytes()).digest()
    examiner.examine(subject)
    if _contents(file.parent) != before:
        return "it changed files beside the picture; an examiner only reads"
    if hashlib.sha256(subject.picture().tobytes()).digest() != pixels:
        return "it changed subject.picture(), which the others see, too; work on a copy"
    return None
