"""Sealing: the only door through which pictures leave.

``pixels → [visible label] → watermark → encode with XMP → fingerprint → C2PA manifest, signed →
file → ledger row``

A picture is first complete under a temporary name (``.part``) and in the ledger, then gets its
name, then hangs in the ledger's chain: ``zoo ledger check --repair`` finishes or undoes whatever
a killed process left.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from .encode import Format, Pixels, encode, find_format, to_image
from .errors import SealError
from .fingerprint import fingerprint
from .identity import Signer, ensure_identity
from .ledger import Ledger, Row, State, format_id
from .manifest import ManifestSigner, Parent, definition, now, zoo_version
from .placing import check_targets, give_name, part_of, sync_folders, written_parts
from .record import Record
from .signing.own import keep_certificate
from .signing.timestamps import timestamp_url
from .softbinding import SoftBinding
from .source import SourceType
from .visible import draw_label
from .watermark import PUBLIC_KEY, can_carry, embed, read
from .watermark_key import own_key
from .xmp import packet

STAMPS_AT_ONCE = 8
"""Queries that a time-stamp authority gets from a batch at a time."""


@dataclass(frozen=True)
class Job:
    """One picture to seal. ``out`` is a path, whose extension gives the format, or a stream.
    ``parent``: the file that it was opened from; without one it counts as created. The record's
    prompt goes into the ledger, and into the manifest only with ``sign_prompt``."""

    pixels: Pixels
    record: Record
    source: SourceType
    out: Path | BinaryIO
    format: Format
    parent: Parent | None = None
    sign_prompt: bool = False


@dataclass(frozen=True)
class Sealed:
    """A picture that has left. ``path`` is None where it went into a stream."""

    id: str
    path: Path | None
    sha256: str
    bytes: int
    watermarked: bool


@dataclass(frozen=True)
class _Marked:
    data: bytes
    row: Row
    watermarked: bool


def seal(
    image: Pixels,
    record: Record,
    *,
    source: SourceType,
    out: str | os.PathLike[str] | BinaryIO,
    identity: Signer | None = None,
    ledger: Ledger | None = None,
    format: str | None = None,
    overwrite: bool = False,
    licence: str | None = None,
    no_training: bool = False,
    visible_label: str | None = None,
    sign_prompt: bool = False,
) -> Sealed:
    """Mark one picture, write it, and enter it in the ledger.

    ``image`` is a PIL image, an array uint8 (H, W, 3), or the bytes of an encoded picture (whose
    old metadata is dropped). ``identity`` and ``ledger`` are this installation's own where none
    are given; the identity is made on first use. A signature is time-stamped where ``zoo keys
    timestamp`` says so. ``format`` is needed for streams and overrides
    a path's extension. ``licence`` (one line, at most 2,000 characters) and ``no_training`` are the
    picture's terms of use, beside those that the record has already. ``visible_label`` (at most 60
    characters) is drawn into a corner. The record's ``prompt``, and its option ``negative_prompt``,
    stay in the ledger here unless ``sign_prompt`` has them signed into the file, for all to read.

    Raises RecordError for a licence that cannot be written, SealError where the file exists
    (without ``overwrite``) or cannot be written, PictureError where ``image`` is not a picture.
    Nothing is left behind then.
    """
    if licence is not None or no_training:
        terms = record.usage_terms if licence is None else licence
        record = record.with_terms(terms, no_training=no_training or record.no_training)
    if visible_label is not None:
        record = record.with_visible_label(visible_label)
    target: Path | BinaryIO
    if isinstance(out, str | os.PathLike):
        target = Path(out)
        chosen = find_format(format or target.suffix or "png")
    else:
        if format is None:
            raise SealError("a stream has no extension: say format='png'")
        target, chosen = out, find_format(format)
    job = Job(image, record, source, target, chosen, sign_prompt=sign_prompt)
    with Sealer(identity, ledger) as sealer:
        return sealer.seal([job], overwrite=overwrite)[0]


class Sealer:
    """Seals batches with one identity and one ledger; a context manager."""

    def __init__(self, identity: Signer | None = None, ledger: Ledger | None = None) -> None:
        signer = identity or ensure_identity()
        self._signer = ManifestSigner(signer, timestamp_url())
        if identity is not None and ledger is None:
            keep_certificate(identity)
        self._owned: Ledger | None = None
        if ledger is None:
            from .ledger.sql import open_ledger

            ledger = self._owned = open_ledger(identity=signer, create=True)
        self.ledger = ledger
        self._key = own_key()

    def __enter__(self) -> Sealer:
        return self

    def __exit__(self, *error: object) -> None:
        if self._owned is not None:
            self._owned.close()

    def seal(self, jobs: Sequence[Job], *, overwrite: bool = False) -> list[Sealed]:
        """Seal a batch: all of it or, after an error, nothing that has not got its name yet.

        When this returns, every file is complete, on disk, and in the chain.
        """
        paths = [j.out if isinstance(j.out, Path) else None for j in jobs]
        check_targets(paths, overwrite)
        ids = self.ledger.reserve(
            [str(p.absolute()) if p else "" for p in paths],
            [j.record.to_json() for j in jobs],
            [j.source for j in jobs],
        )
        named: list[int] = []
        try:
            marked = self._mark_all(jobs, ids)
            with written_parts(paths, [m.data for m in marked]):
                self.ledger.write([m.row for m in marked])
                for job, key, one in zip(jobs, ids, marked, strict=True):
                    give_name(job.out, one.data, overwrite)
                    named.append(key)
            sync_folders(paths)
        except BaseException as error:
            self._give_up(ids, named)
            if isinstance(error, OSError):
                raise SealError(f"cannot write {error.filename}: {error.strerror}") from error
            raise
        self.ledger.seal(ids)
        return [_sealed(m, p) for m, p in zip(marked, paths, strict=True)]

    def _mark_all(self, jobs: Sequence[Job], ids: Sequence[int]) -> list[_Marked]:
        if self._signer.timestamp is None:
            return [self._mark(job, key) for job, key in zip(jobs, ids, strict=True)]
        with ThreadPoolExecutor(STAMPS_AT_ONCE) as pool:
            return list(pool.map(self._mark, jobs, ids))

    def _give_up(self, ids: list[int], named: list[int]) -> None:
        self.ledger.release([key for key in ids if key not in named])
        if named:
            self.ledger.seal(named)

    def _mark(self, job: Job, id: int) -> _Marked:
        image = to_image(job.pixels)
        if job.record.visible_label is not None:
            image = draw_label(image, job.record.visible_label)
        # The mark says AI to whoever has no ledger: it goes into no other picture.
        marked = _watermarked(image, id, self._key) if job.source.says_ai else None
        image = image if marked is None else marked
        record = job.record
        if record.size is None:  # whoever compares a cropped copy must know what was whole
            record = dataclasses.replace(record, size=(image.height, image.width))
        title = job.out.name if isinstance(job.out, Path) else f"picture{job.format.extensions[0]}"
        when = now()
        manifest = definition(
            record if job.sign_prompt else record.without_words(),
            job.source,
            id=format_id(id),
            title=title,
            mime=job.format.mime,
            when=when,
            mark=None if marked is None else SoftBinding(id, self._key is not None),
            opened=job.parent is not None,
        )
        xmp = packet(
            str(job.source),
            f"Zoo {zoo_version()}",
            licence=record.usage_terms,
            no_training=record.no_training,
        )
        plain = encode(image, job.format, xmp)
        data, store = self._signer.sign(plain, job.format.mime, manifest, job.parent)
        mark = fingerprint(image)
        row = Row(
            id=id,
            created=when,
            path=str(job.out.absolute()) if isinstance(job.out, Path) else "",
            sha256=hashlib.sha256(data).hexdigest(),
            fingerprint=mark.hash,
            thumbnail=mark.thumbnail,
            source_type=str(job.source),
            record=record.to_json(),
            manifest=store,
            state=State.WRITTEN,
        )
        return _Marked(data, row, marked is not None)


def _watermarked(image: Image.Image, id: int, own: bytes | None) -> Image.Image | None:
    """The picture with its watermark; None where it cannot carry one that can be read."""
    if not can_carry(image.height, image.width):
        return None
    key = own or PUBLIC_KEY
    pixels = embed(np.asarray(image), id, key=key)
    # A very busy picture may leave a mark no room, and a manifest must not claim what is not there.
    reading = read(pixels, key=key, search=False)
    return Image.fromarray(pixels) if reading and reading.payload == id else None


def _sealed(marked: _Marked, path: Path | None) -> Sealed:
    return Sealed(
        format_id(marked.row.id), path, marked.row.sha256, len(marked.data), marked.watermarked
    )


__all__ = ["Job", "Sealed", "Sealer", "part_of", "seal"]
