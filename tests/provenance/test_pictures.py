"""Opening pictures from strangers."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from zoo_provenance.errors import PictureError, TooLargeError
from zoo_provenance.pictures import open_picture, sniff

MIMES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A small valid file of a huge black picture, one bit a pixel."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compressobj(9)
    line = b"\0" * (1 + (width + 7) // 8)
    body = b"".join(rows.compress(line * 64) for _ in range(height // 64)) + rows.flush()
    chunks = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize("format", MIMES)
def test_formats_are_told_by_their_bytes(format: str) -> None:
    data = encoded(Image.new("RGB", (20, 10), (200, 30, 40)), format)
    assert sniff(data) == MIMES[format]
    picture = open_picture(data)
    assert (picture.mode, picture.size) == ("RGB", (20, 10))
    assert abs(picture.getpixel((5, 5))[0] - 200) < 12


@pytest.mark.parametrize("data", [b"", b"\x89PN", b"%PDF-1.7", b"\0" * 64, b"<html/>", b"BMxx"])
def test_what_is_no_picture(data: bytes) -> None:
    assert sniff(data) is None
    with pytest.raises(PictureError):
        open_picture(data)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_modes_become_rgb(mode: str) -> None:
    if mode == "I;16":
        ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
        image = Image.fromarray(ramp)
    else:
        ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
        image = Image.fromarray(ramp).convert(mode)
    picture = open_picture(encoded(image, "TIFF" if mode == "CMYK" else "PNG"))
    assert picture.mode == "RGB"
    if mode != "1":
        grey = np.asarray(picture.convert("L")).astype(int)
        assert np.abs(grey - ramp if mode != "I;16" else grey - (ramp >> 8)).max() <= 3


def test_the_first_frame_is_the_picture() -> None:
    frames = [Image.new("RGB", (8, 8), c) for c in ("red", "blue", "green")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert open_picture(data).getpixel((0, 0)) == (255, 0, 0)


def test_pixel_bombs_are_refused_before_decoding() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for width, height in ((9000, 8000), (10_000, 9_600), (60_000, 59_968)):
            # In our words and our limit, whoever's limit it was.
            with pytest.raises(TooLargeError, match="at most 64,000,000"):
                open_picture(png_of(width, height))


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = encoded(Image.new("RGB", (3000, 3000)), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    scan = data[at:-2]
    with pytest.raises(TooLargeError, match="scans"):
        open_picture(data[:at] + scan * 300 + b"\xff\xd9")


@pytest.mark.parametrize("format", MIMES)
def test_a_picture_cut_off_is_an_error(format: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), format)
    with pytest.raises(PictureError):
        open_picture(data[: len(data) // 2])
