"""Small pictures for the page, drawn anew: no byte of a stranger's file gets into it."""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from PIL import Image, ImageOps

from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import open_lazily, to_rgb

SIDE = 320
QUALITY = 65


@dataclass(frozen=True)
class Thumbnail:
    """``uri`` is a ``data:`` address of a JPEG, ``width`` x ``height`` pixels, without metadata."""

    uri: Markup
    width: int
    height: int


def draw_thumbnail(data: bytes) -> Thumbnail:
    """The first frame, upright, at most 320 pixels on its longer side; what is transparent is
    white. Raises PictureError (and TooLargeError) as opening the picture does.
    """
    image = open_lazily(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.draft("RGB", (2 * SIDE, 2 * SIDE))
            image.load()
            small = _opaque(image)
            small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
            small = ImageOps.exif_transpose(small)
    except Exception as error:  # damaged files make decoders raise anything
        raise PictureError(f"the pixels cannot be decoded: {error}") from error
    out = io.BytesIO()
    # A new picture of the pixels: Pillow would hand comments and profiles of the old one on.
    Image.fromarray(np.asarray(small)).save(out, "JPEG", quality=QUALITY, optimize=True)
    text = base64.b64encode(out.getvalue()).decode("ascii")
    return Thumbnail(Markup("data:image/jpeg;base64,") + text, *small.size)


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return to_rgb(image)
    seen = image.convert("RGBA")
    white = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(white, seen).convert("RGB")
