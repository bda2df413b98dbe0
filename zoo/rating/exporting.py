"""Exporting comparisons as preferences. Generated pictures leave sealed, as all of Zoo's do."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo_provenance.atomic import write_atomically
from zoo_provenance.encode import find_format
from zoo_provenance.record import Record
from zoo_provenance.sealing import Job, Sealer
from zoo_provenance.source import SourceType

from ..errors import UsageError
from .catch_trials import rater_summaries
from .findings import side_of
from .preferences import Compared, Comparison, write_preferences
from .store import Answers
from .study import Item

BATCH = 64


def export_preferences(
    answers: Answers,
    out: Path,
    *,
    generated: Collection[str] = (),
    real: Collection[str] = (),
    exclude_failed: bool = False,
    overwrite: bool = False,
) -> list[Comparison]:
    """Write the comparisons of a study to ``out``, and their pictures to a folder beside it, which
    is called like it. Catch trials are left out, and with ``exclude_failed`` who failed them.

    Generated pictures are sealed; ``generated`` and ``real`` are names of sets of which the study
    does not know what they are. Raises UsageError where one is in neither, where there is nothing
    to export, or, without ``overwrite``, something is in the way.
    """
    everything = answers.answered()
    failed = {r.rater for r in rater_summaries(everything) if exclude_failed and r.failed}
    about = [
        (trial, answer)
        for trial, answer in everything
        if trial.question == "which-is-better" and not trial.catch and trial.rater not in failed
    ]
    if not about:
        raise UsageError(
            f"the study {answers.file} has no answers to export: preferences come from comparisons "
            "of two pictures (which is better?)"
        )
    folder = out.with_name(f"{out.stem}-pictures")
    _check(out, folder, overwrite=overwrite)
    items = list(dict.fromkeys(item for trial, _ in about for item in trial.items))
    said = dict.fromkeys(real, False) | dict.fromkeys(generated, True)
    known = {item: _known(item, said) for item in items}
    files = _write_pictures(answers, known, folder, overwrite=overwrite)
    comparisons = [
        Comparison(
            answers.study.id,
            trial.rater,
            answer.milliseconds,
            side_of(answer),
            (files[trial.items[0]], files[trial.items[1]]),
        )
        for trial, answer in about
    ]
    write_preferences(comparisons, out)
    return comparisons


def _check(out: Path, folder: Path, *, overwrite: bool) -> None:
    if not out.parent.is_dir():
        raise UsageError(f"no such folder: {out.parent}; make it first, or name another one")
    for path in (out, folder):
        if path.exists() and not overwrite:
            raise UsageError(f"{path} is already there; --force replaces it")


def _known(item: Item, said: Mapping[str, bool]) -> bool:
    """Whether a picture is generated: no generated picture leaves without marks."""
    known = said.get(item.set) if item.generated is None else item.generated
    if known is None:
        raise UsageError(
            f"nobody said whether the pictures of {item.set} are generated: --generated "
            f"{item.set} seals them as such, --real {item.set} writes them as they are"
        )
    return known


def _write_pictures(
    answers: Answers, known: Mapping[Item, bool], folder: Path, *, overwrite: bool
) -> dict[Item, Compared]:
    """Each picture once, under a name that says nothing of what it is; ``known`` says whether they
    are generated."""
    items = list(known)
    folder.mkdir(exist_ok=True)
    paths = {item: folder / f"{number:05d}.png" for number, item in enumerate(items)}
    pixels = {item: _decoded(answers.picture(item.sha256)) for item in items}
    sha256: dict[Item, str] = {}
    sealed = [item for item in items if known[item]]
    with Sealer() as sealer:
        for start in range(0, len(sealed), BATCH):
            batch = sealed[start : start + BATCH]
            jobs = [_job(item, pixels[item], paths[item]) for item in batch]
            done = sealer.seal(jobs, overwrite=overwrite)
            sha256 |= {item: one.sha256 for item, one in zip(batch, done, strict=True)}
    for item in items:
        if not known[item]:
            data = answers.picture(item.sha256)
            write_atomically(paths[item], data)
            sha256[item] = hashlib.sha256(data).hexdigest()
    return {
        item: _compared(item, generated, paths[item], sha256[item], pixels[item])
        for item, generated in known.items()
    }


def _decoded(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def _job(item: Item, pixels: NDArray[np.uint8], path: Path) -> Job:
    if item.record:
        size = (pixels.shape[0], pixels.shape[1])
        record = dataclasses.replace(Record.from_json(item.record), size=size)
    else:
        record = Record.external("unknown generator", "unknown", file=Path(item.source).name)
    return Job(pixels, record, SourceType.TRAINED_ALGORITHMIC_MEDIA, path, find_format("png"))


def _compared(
    item: Item, generated: bool, path: Path, sha256: str, pixels: NDArray[np.uint8]
) -> Compared:
    place = f"{path.parent.name}/{path.name}"
    shown = hashlib.sha256(pixels.tobytes()).hexdigest()
    about = (place, sha256, shown, item.set, generated, item.label)
    if not item.record:
        return Compared(*about)
    record = Record.from_json(item.record)
    return Compared(*about, record.model, record.weights, record.seed, record.index)
