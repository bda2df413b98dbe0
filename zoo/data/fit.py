"""From the bytes of a picture file to a square of pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image, ImageFilter

from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import open_lazily, to_rgb

from .crop import Crop, square

RESIZE = "Pillow LANCZOS, JPEGs decoded at no less than 4 times the size"
"""What the data card says of resizing."""
_DRAFT = 4

_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation (Exif 3.0, tag 0x0112)."""


@dataclass(frozen=True)
class Fitting:
    """How pictures are made alike: ``size`` is the side in pixels; ``crop`` ``"none"`` keeps all
    of the picture and fills the square with white; ``denoise`` takes the median of 3x3 pixels
    before anything is scaled."""

    size: int = 64
    crop: Crop = "centre"
    denoise: bool = False


@dataclass(frozen=True)
class Fitted:
    """``pixels`` uint8 (3, size, size), RGB; ``enlarged`` where the picture had fewer."""

    pixels: np.ndarray
    enlarged: bool


def fit(data: bytes, fitting: Fitting) -> Fitted:
    """Decode a picture, turn it upright, lay it on white, cut it square and scale it.

    Scaling is antialiased (Lanczos); a picture of exactly the asked size keeps its pixels. Raises
    PictureError for what cannot be decoded within the house's caps.
    """
    image = open_lazily(data)
    side = max(image.size) if fitting.crop == "none" else min(image.size)
    try:
        if not fitting.denoise:
            # A JPEG decodes at an eighth of its size in a fraction of the time.
            image.draft(None, (_DRAFT * fitting.size, _DRAFT * fitting.size))
        picture = _decoded(image)
        if fitting.denoise:
            picture = picture.filter(ImageFilter.MedianFilter(3))
        picture = square(picture, fitting.crop)
        if picture.width != fitting.size:
            picture = picture.resize(
                (fitting.size, fitting.size), Image.Resampling.LANCZOS, reducing_gap=_DRAFT
            )
        pixels = np.asarray(picture, dtype=np.uint8)
    except Exception as error:  # damaged files make decoders raise anything
        raise PictureError(f"the pixels cannot be decoded: {error}") from error
    return Fitted(np.ascontiguousarray(pixels.transpose(2, 0, 1)), side < fitting.size)


def decode(data: bytes) -> np.ndarray:
    """The whole picture, uint8 (height, width, 3): upright, and laid on white.

    Raises PictureError for what cannot be decoded within the house's caps.
    """
    image = open_lazily(data)
    try:
        return np.asarray(_decoded(image), dtype=np.uint8)
    except Exception as error:  # damaged files make decoders raise anything
        raise PictureError(f"the pixels cannot be decoded: {error}") from error


def _decoded(image: Image.Image) -> Image.Image:
    image.load()
    return _opaque(_upright(image))


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = _TURNED.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001  (damaged metadata are no reason to lose the picture)
        turn = None
    return image if turn is None else image.transpose(turn)


def _opaque(image: Image.Image) -> Image.Image:
    """RGB, with what is transparent laid on white."""
    if not image.has_transparency_data or image.mode.startswith("I"):
        return to_rgb(image)
    layered = image.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")
