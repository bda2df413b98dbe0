"""Sealing picture files that other programs made or edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from .encode import FORMATS, Format, find_format
from .errors import PictureError, SealError
from .evidence import Evidence, Finding
from .examiners import BUILT_IN, C2paExaminer, WatermarkExaminer
from .ledger import Ledger, format_id
from .library import NoStoreError, UnreadableStoreError
from .manifest import Parent
from .marks import read_mark
from .pictures import open_lazily, to_rgb
from .record import Record
from .sealing import Job
from .source import Origin, SourceType, origin_of
from .subject import Subject, read_subject
from .trust import Trust


@dataclass(frozen=True)
class Opened:
    """A picture file, read to be sealed. ``has_manifest``: it carries a C2PA manifest of its own,
    which may be damaged."""

    image: Image.Image
    parent: Parent
    has_manifest: bool
    subject: Subject

    @property
    def format(self) -> Format:
        """Its own format where that can be written, PNG else."""
        return next((f for f in FORMATS if f.mime == self.parent.mime), find_format("png"))


def open_file(path: Path, ledger: Ledger | None = None) -> Opened:
    """Read a picture file, turned upright. ``ledger``: where its own marks may lead to. Raises
    PictureError or TooLargeError."""
    subject = read_subject(path, Trust(), ledger, thorough=True)
    try:
        subject.store()
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
    return Opened(upright, Parent(subject.data, subject.mime, path.name), has_manifest, subject)


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
    SealError is raised where the file has a manifest, which that would hide, or a watermark of
    pictures by AI. With a ``source`` other than AI it is raised where a thorough look (about a
    second) finds that the file does not fit its marks, or says AI elsewhere than in the history
    that is kept.
    """
    if created and opened.has_manifest:
        raise SealError(
            f"{opened.parent.title} carries a C2PA manifest, which sealing it as newly created "
            "would hide; without --created it is kept as the history of the new one"
        )
    if not source.says_ai:
        _check_source(opened, source, created)
    elif created:
        _check_unmarked(opened)
    record = Record(made_by, "external", size=(opened.image.height, opened.image.width))
    record = record.with_terms(licence, no_training=no_training).with_visible_label(visible_label)
    parent = None if created else opened.parent
    return Job(opened.image, record, source, out, find_format(out.suffix), parent)


def _check_unmarked(opened: Opened) -> None:
    mark = read_mark(np.asarray(opened.image), search=False)
    if mark is not None:
        raise SealError(
            f"{opened.parent.title} carries a watermark that Zoo puts into {mark.into} (id "
            f"{format_id(mark.reading.payload)}): {_ADVICE}"
        )


_ADVICE = (
    "seal it with a source that says so, such as compositeWithTrainedAlgorithmicMedia, and not as "
    "newly created"
)


def _check_source(opened: Opened, source: SourceType, created: bool) -> None:
    """What we sign is believed here before all else, so it must not belie the file itself."""
    found = {examiner.name: examiner.examine(opened.subject) for examiner in BUILT_IN}
    start = f"{opened.parent.title} is not sealed as {source.term}"
    for one in found.values():
        if one.finding in (Finding.TAMPERED, Finding.DISAGREES):
            raise SealError(f"{start}: {one.summary} Sealing would hide that; see 'zoo verify'")
    saying = {name: one for name, one in found.items() if _says_ai(one)}
    if C2paExaminer.name in saying and not created and origin_of(source) is not Origin.CAPTURE:
        # The history, which is kept, says it; a watermark leads round the history.
        saying = {name: one for name, one in saying.items() if name == WatermarkExaminer.name}
    for one in saying.values():
        raise SealError(f"{start}: {one.summary} If AI had a part in it, {_ADVICE}")


def _says_ai(evidence: Evidence) -> bool:
    silent = evidence.finding in (Finding.NOTHING, Finding.NOT_EXAMINED)
    return not silent and evidence.origin in (Origin.AI, Origin.AI_EDITED)
