"""Issuing: generate pictures, seal every one, and write them to a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zoo_provenance import softbinding
from zoo_provenance.encode import find_format
from zoo_provenance.ledger import Ledger, Row, State, format_id
from zoo_provenance.record import Record
from zoo_provenance.sealing import Job, Sealed, Sealer
from zoo_provenance.source import SourceType
from zoo_provenance.terms import licence_problem
from zoo_provenance.visible import drawing_problem

from .errors import UsageError
from .grid import GRID_MOST, Grid
from .input_picture import InputPicture
from .made_folder import made_folder
from .sizes import Size
from .strip import STRIP_MOST, strip

if TYPE_CHECKING:
    from .generation import Model, Picture

_MAY_DIFFER = {"versions", "device"}
"""Fields of a record that do not make it another picture when a run is resumed."""


@dataclass(frozen=True)
class Issued:
    """A sealed picture in its file. ``index`` is None for a grid and for a strip of states."""

    path: Path
    id: str
    model: str
    seed: int
    index: int | None
    label: str | None
    sha256: str
    watermark: bool


@dataclass(frozen=True)
class Issue:
    """What to issue: pictures 0 … ``n``-1 of ``seed`` as ``MODEL-SEED-INDEX.FORMAT`` in ``out``.

    With ``strips``, the states that led to each picture lie beside it, as ``…-INDEX-steps``.
    ``licence`` and ``no_training`` are the pictures' terms of use, written into each;
    ``visible_label`` is drawn into each. ``image`` is what they begin with: the parent of each,
    which is edited then and not created. ``sign_prompt``: the prompt is signed into each, not only
    kept in the ledger.
    """

    model: Model
    n: int
    seed: int
    out: Path
    format: str = "png"
    label: str | None = None
    size: int | Size | None = None
    batch: int | None = None
    options: dict[str, Any] | None = None
    grid: bool = False
    resume: bool = False
    force: bool = False
    licence: str | None = None
    no_training: bool = False
    strips: bool = False
    visible_label: str | None = None
    prompt: str | None = None
    image: InputPicture | None = None
    sign_prompt: bool = False

    def run(self, ledger: Ledger | None = None) -> Iterator[list[Issued]]:
        """Issue batch by batch; each batch is safe on disk and in the ledger when it is yielded.

        With ``resume``, files of this very run that are sealed already come first and are not
        made again. Raises UsageError, before anything is made, where a file is in the way.
        """
        if self.resume and self.force:
            raise UsageError("--resume keeps what is there, --force replaces it: choose one")
        find_format(self.format)
        if self.licence is not None and (problem := licence_problem(self.licence)):
            raise UsageError(problem)
        if self.visible_label is not None and (problem := drawing_problem(self.visible_label)):
            raise UsageError(problem)
        with Sealer(ledger=ledger) as sealer:
            there, batch = self._there(sealer.ledger)
            indices = [i for i in range(self.n) if i not in there]
            batches = self.model.generate_batches(
                self.n, self.seed, label=self.label, prompt=self.prompt, image=self.image,
                size=self.size, batch=batch, options=self.options, indices=indices,
                states=STRIP_MOST - 1 if self.strips else 0,
            )  # fmt: skip
            with made_folder(self.out):
                for start in range(0, self.n, 1024):
                    old = [there[i] for i in range(start, min(start + 1024, self.n)) if i in there]
                    if old:
                        yield old
                grid = Grid(min(self.n, GRID_MOST)) if self.grid and not there else None
                for pictures in batches:
                    yield self._seal(sealer, pictures)
                    if grid:
                        grid.add(pictures)
                if grid:
                    yield self._seal_grid(sealer, grid)

    def path(self, index: int) -> Path:
        """The file of one picture."""
        return self.out / f"{self._stem}-{index:05d}.{self.format}"

    @property
    def grid_path(self) -> Path:
        return self.out / f"{self._stem}-grid.{self.format}"

    @property
    def _stem(self) -> str:
        return f"{self.model.card.stem}-{self.seed}"

    def _job(self, pixels: NDArray[np.uint8], record: Record, path: Path) -> Job:
        made, edited = (
            SourceType.TRAINED_ALGORITHMIC_MEDIA,
            SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
        )
        return Job(
            pixels,
            self._with_terms(record),
            made if self.image is None else edited,
            path,
            find_format(self.format),
            None if self.image is None else self.image.parent,
            self.sign_prompt,
        )

    def _seal(self, sealer: Sealer, pictures: list[Picture]) -> list[Issued]:
        sealed = sealer.seal(
            [self._job(p.pixels, p.record, self.path(p.index)) for p in pictures],
            overwrite=self.force,
        )
        issued = [_issued(p.record, p.index, s) for p, s in zip(pictures, sealed, strict=True)]
        return issued + (self._seal_strips(sealer, pictures) if self.strips else [])

    def _seal_grid(self, sealer: Sealer, grid: Grid) -> list[Issued]:
        job = self._job(grid.pixels(), grid.record(), self.grid_path)
        sealed = sealer.seal([job], overwrite=self.force or self.resume)[0]
        return [_issued(job.record, None, sealed)]

    def _seal_strips(self, sealer: Sealer, pictures: list[Picture]) -> list[Issued]:
        jobs = []
        for picture in pictures:
            pixels, record = strip(picture)
            path = self.path(picture.index)
            path = path.with_name(f"{path.stem}-steps{path.suffix}")
            jobs.append(self._job(pixels, record, path))
        sealed = sealer.seal(jobs, overwrite=self.force or self.resume)
        return [_issued(job.record, None, one) for job, one in zip(jobs, sealed, strict=True)]

    def _there(self, ledger: Ledger) -> tuple[dict[int, Issued], int | None]:
        """Pictures of this run that are sealed already, and the batch size they were made with."""
        taken = [i for i in range(self.n) if self.path(i).exists()]
        if self.force or not (taken or (self.grid and self.grid_path.exists())):
            return {}, self.batch
        if not self.resume:
            path = self.path(taken[0]) if taken else self.grid_path
            raise UsageError(
                f"{path} is already there; --resume goes on with that run, --force replaces its "
                "files, another --seed or --out leaves them alone"
            )
        rows = {i: _sealed_row(ledger, self.path(i)) for i in taken}
        batch = self._batch_of(rows)
        there = {}
        for index, row in rows.items():
            found = Record.from_json(row.record)
            if not _same(found, self._expected(index, batch)):
                raise UsageError(
                    f"{self.path(index)} was made by another request; use another --out or --seed"
                )
            assert found.seed is not None
            there[index] = Issued(
                self.path(index), format_id(row.id), found.model, found.seed, index, found.label,
                row.sha256, softbinding.LABEL.encode() in row.manifest,
            )  # fmt: skip
        return there, batch

    def _batch_of(self, rows: dict[int, Row]) -> int | None:
        recorded = {Record.from_json(row.record).batch for row in rows.values()}
        if self.batch is None and len(recorded) == 1:
            return recorded.pop()
        return self.batch

    def _expected(self, index: int, batch: int | None) -> Record:
        record = self.model.record(
            index, self.seed, label=self.label, prompt=self.prompt, image=self.image,
            size=self.size, batch=batch, options=self.options,
        )  # fmt: skip
        return self._with_terms(record)

    def _with_terms(self, record: Record) -> Record:
        terms = record.with_terms(self.licence, no_training=self.no_training)
        return terms.with_visible_label(self.visible_label)


def _sealed_row(ledger: Ledger, path: Path) -> Row:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    row = ledger.by_sha256(digest)
    if row is None or row.state is not State.SEALED:
        raise UsageError(
            f"{path} is there, but the ledger does not hold it as sealed; run "
            "zoo ledger check --repair, or move the file away"
        )
    return row


def _same(found: Record, expected: Record) -> bool:
    """Whether two records are the same picture, made perhaps by other versions of the software."""

    def essence(record: Record) -> Any:
        table = json.loads(record.to_json())
        return {k: v for k, v in table.items() if k not in _MAY_DIFFER}

    return bool(essence(found) == essence(expected))


def _issued(record: Record, index: int | None, sealed: Sealed) -> Issued:
    assert sealed.path is not None
    assert record.seed is not None
    return Issued(
        sealed.path,
        sealed.id,
        record.model,
        record.seed,
        index,
        record.label,
        sealed.sha256,
        sealed.watermarked,
    )
