"""One picture of the index, and how it is described."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image, ImageOps

from ..errors import PictureError
from ..fingerprint import fingerprint
from ..subject import Subject
from .features import available, extract

PREVIEW_SIDE = 256
"""Of the stored grey picture, its longer side, in pixels."""
_PREVIEW_QUALITY = 80
_EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")


@dataclass(frozen=True)
class Entry:
    """What the index keeps of a picture.

    ``added`` is this installation's word (RFC 3339, UTC), ``modified`` the file system's, and
    ``taken`` that of the file's EXIF, local time of an unknown zone, which anybody can write; None
    where the file does not say. ``size`` is (width, height) as the picture is shown: EXIF's
    orientation is undone. ``hash`` and ``thumbnail`` are those of
    :class:`~zoo_provenance.fingerprint.Fingerprint`; ``preview`` is a grey JPEG of at most 256
    pixels; ``features`` are packed local features, None where OpenCV was missing.
    """

    path: str
    sha256: str
    modified: str
    taken: str | None
    size: tuple[int, int]
    hash: bytes
    thumbnail: bytes
    preview: bytes
    features: bytes | None
    id: int = 0
    added: str = ""


def describe(subject: Subject) -> Entry:
    """What to keep of a file. Raises PictureError or TooLargeError where it is no picture that can
    be decoded here."""
    picture = upright(subject.picture())
    mark = fingerprint(picture)
    return Entry(
        path=as_stored(subject.path),
        sha256=subject.sha256,
        modified=_modified(subject.path),
        taken=_taken(subject.picture()),
        size=picture.size,
        hash=mark.hash,
        thumbnail=mark.thumbnail,
        preview=_preview(picture),
        features=extract(picture).kept().pack() if available() else None,
    )


def _modified(path: Path) -> str:
    try:
        changed = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        return changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OSError, ValueError, OverflowError) as error:  # gone by now, or a time beyond years
        raise PictureError(f"its time cannot be read: {error}") from error


def as_stored(path: Path) -> str:
    """The absolute path as text; bytes that are no text are replaced."""
    return os.fsencode(path.absolute()).decode("utf-8", "replace")


def upright(picture: Image.Image) -> Image.Image:
    """The picture as viewers show it, where its EXIF says how it was held."""
    with suppress(Exception):  # damaged EXIF makes Pillow raise anything, and is nobody's word
        if picture.getexif().get(ExifTags.Base.Orientation, 1) != 1:
            return ImageOps.exif_transpose(picture)
    return picture


def _taken(picture: Image.Image) -> str | None:
    with suppress(Exception):
        said = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        found = _EXIF_TIME.fullmatch(str(said).strip("\0 "))
        if found:
            return "{}-{}-{}T{}".format(*found.groups())
    return None


def _preview(picture: Image.Image) -> bytes:
    grey = picture.convert("L")
    grey.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    grey.save(out, "JPEG", quality=_PREVIEW_QUALITY)
    return out.getvalue()
