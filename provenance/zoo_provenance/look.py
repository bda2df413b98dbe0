"""What an examined file looks like: a small picture, drawn anew; no byte of the file is in it."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from .errors import PictureError
from .pictures import open_lazily, sniff, to_rgb

SIDE = 320
QUALITY = 65


@dataclass(frozen=True)
class Thumbnail:
    """``jpeg``: a baseline JPEG of ``width`` x ``height`` pixels, without metadata."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Look:
    """``size`` in bytes and ``mime`` of what was examined, if known; ``why`` there is no
    thumbnail."""

    size: int | None = None
    mime: str | None = None
    thumbnail: Thumbnail | None = None
    why: str = ""


def look_at(data: bytes) -> Look:
    """Draw the thumbnail; where that fails, say why."""
    size, mime = len(data), sniff(data)
    try:
        return Look(size, mime, draw_thumbnail(data))
    except PictureError as error:
        why = str(error)
    except MemoryError:
        why = "drawing it takes more memory than there is"
    return Look(size, mime, why=why)


def draw_thumbnail(data: bytes) -> Thumbnail:
    """The first frame, upright, at most 320 pixels on its longer side; what is transparent is
    white. Raises PictureError (and TooLargeError) as opening the picture does.
    """
    image = open_lazily(data)
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.draft("RGB", (2 * SIDE, 2 * SIDE))
            image.load()
            small = _opaque(image)
            small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
            small = ImageOps.exif_transpose(small)
        # A new picture of the pixels: Pillow would hand comments and profiles of the old one on.
        Image.fromarray(np.asarray(small)).save(out, "JPEG", quality=QUALITY, optimize=True)
    except MemoryError:
        raise
    except Exception as error:  # damaged files make decoders raise anything
        raise PictureError(f"the pixels cannot be decoded: {error}") from error
    return Thumbnail(out.getvalue(), *small.size)


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return to_rgb(image)
    seen = image.convert("RGBA")
    white = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(white, seen).convert("RGB")
