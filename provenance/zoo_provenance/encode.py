"""Pixels to file bytes, with the XMP packet inside."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin
from PIL.PngImagePlugin import PngInfo

from .errors import PictureError
from .pictures import open_picture

Pixels = Image.Image | NDArray[np.uint8] | bytes
"""A picture: PIL image, uint8 array (H, W, 3), or the bytes of an encoded file."""

_XMP_TAG = 700


@dataclass(frozen=True)
class Format:
    """A file format that pictures are sealed in."""

    name: str
    mime: str
    extensions: tuple[str, ...]
    pillow: str
    options: tuple[tuple[str, Any], ...] = ()


FORMATS = (
    Format("png", "image/png", (".png",), "PNG"),
    Format(
        "jpeg",
        "image/jpeg",
        (".jpg", ".jpeg"),
        "JPEG",
        (("quality", 95), ("subsampling", 0)),
    ),
    Format("webp", "image/webp", (".webp",), "WEBP", (("lossless", True),)),
    Format("avif", "image/avif", (".avif",), "AVIF", (("quality", 90), ("subsampling", "4:4:4"))),
    Format("tiff", "image/tiff", (".tif", ".tiff"), "TIFF", (("compression", "tiff_deflate"),)),
)


def find_format(name: str) -> Format:
    """The format of a name (``jpg``, ``png``) or of a file's extension (``.jpg``)."""
    wanted = name.casefold().removeprefix(".")
    for candidate in FORMATS:
        if wanted == candidate.name or f".{wanted}" in candidate.extensions:
            return candidate
    known = ", ".join(f.name for f in FORMATS)
    raise PictureError(f"cannot seal {name!r} files; the formats are {known}")


def to_image(pixels: Pixels) -> Image.Image:
    """An RGB image of what a caller handed over.

    Raises PictureError for arrays of another shape or type, and for bytes that are no picture.
    """
    if isinstance(pixels, Image.Image):
        return pixels if pixels.mode == "RGB" else pixels.convert("RGB")
    if isinstance(pixels, bytes | bytearray | memoryview):
        return open_picture(bytes(pixels))
    array = np.asarray(pixels)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or 0 in array.shape:
        raise PictureError(
            f"expected pixels uint8 (H, W, 3), got {array.dtype} {array.shape}; "
            "scale to 0..255 and order the axes height, width, channel"
        )
    return Image.fromarray(np.ascontiguousarray(array))


def encode(image: Image.Image, format: Format, xmp: bytes) -> bytes:
    """Encode an RGB image. PNG, TIFF and WebP are lossless, JPEG and AVIF high quality."""
    options: dict[str, Any] = dict(format.options)
    if format.name == "png":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options["pnginfo"] = info
    elif format.name == "tiff":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags.tagtype[_XMP_TAG] = 1
        tags[_XMP_TAG] = xmp
        options["tiffinfo"] = tags
    else:
        options["xmp"] = xmp
    out = io.BytesIO()
    try:
        image.save(out, format.pillow, **options)
    except (OSError, ValueError, KeyError) as error:
        size = f"{image.width}x{image.height}"
        raise PictureError(f"cannot encode {size} pixels as {format.name}: {error}") from error
    return out.getvalue()
