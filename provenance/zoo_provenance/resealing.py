"""Sealing picture files that other programs made or edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from .credentials import NoStoreError, UnreadableStoreError, read_store
from .encode import FORMATS, Format, find_format
from .errors import PictureError, SealError
from .ledger import format_id
from .manifest import Parent
from .marks import read_mark
from .pictures import open_lazily, to_rgb
from .record import Record
from .sealing import Job
from .source import SourceType
from .subject import read_subject
from .trust import Trust


@dataclass(frozen=True)
class Opened:
    """A picture file, read to be sealed. ``has_manifest``: it carries a C2PA manifest of its own,
    which may be damaged."""

    image: Image.Image
    parent: Parent
    has_manifest: bool

    @property
    def format(self) -> Format:
        """Its own format where that can be written, PNG else."""
        return next((f for f in FORMATS if f.mime == self.parent.mime), find_format("png"))


def open_file(path: Path) -> Opened:
    """Read a picture file, turned upright. Raises PictureError or TooLargeError."""
    subject = read_subject(path, Trust(), None, thorough=False)
    try:
        read_store(subject.data, subject.mime, Trust())
        has_manifest = True
    except NoStoreError:
        has_manifest = False
    except UnreadableStoreError:
        has_manifest = True
    image = open_lazily(subject.data)
    try:
        upright = to_rgb(ImageOps.exif_transpose(image))
    except Exception as error:
        raise PictureError(f"the pixels cannot be decoded: {error}") from error
    return Opened(upright, Parent(subject.data, subject.mime, path.name), has_manifest)


def job_of(
    opened: Opened,
    source: SourceType,
    out: Path,
    *,
    created: bool = False,
    made_by: str = "unknown",
    licence: str | None = None,
    no_training: bool = False,
    visible_label: str | None = None,
) -> Job:
    """The job that seals an opened file as ``out``.

    The file becomes the parent ingredient of the new one, and keeps its manifest there; the first
    action is ``c2pa.opened``. With ``created``, whoever seals states that the picture begins here;
    SealError is raised where the file has a manifest, which that would hide; and where it carries a
    watermark of pictures by AI, which that or another ``source`` would belie.
    """
    if created and opened.has_manifest:
        raise SealError(
            f"{opened.parent.title} carries a C2PA manifest, which sealing it as newly created "
            "would hide; without --created it is kept as the history of the new one"
        )
    if created or not source.says_ai:
        _check_unmarked(opened)
    record = Record(made_by, "external", size=(opened.image.height, opened.image.width))
    record = record.with_terms(licence, no_training=no_training).with_visible_label(visible_label)
    parent = None if created else opened.parent
    return Job(opened.image, record, source, out, find_format(out.suffix), parent)


def _check_unmarked(opened: Opened) -> None:
    mark = read_mark(np.asarray(opened.image), search=False)
    if mark is not None:
        raise SealError(
            f"{opened.parent.title} carries a watermark that Zoo puts into pictures by AI (id "
            f"{format_id(mark.reading.payload)}): seal it with a source that says so, such as "
            "compositeWithTrainedAlgorithmicMedia, and not as newly created"
        )
