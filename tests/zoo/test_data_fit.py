"""From a picture file to a square of pixels: upright, on white, cut, and scaled without aliases."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from zoo.data.fit import Fitting, fit
from zoo_provenance.errors import PictureError

RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def halves(width: int, height: int) -> Image.Image:
    """Red on the left, green on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height))
    return image


def colours(pixels: np.ndarray) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The upper left and the lower right pixel."""
    return tuple(pixels[:, 0, 0].tolist()), tuple(pixels[:, -1, -1].tolist())


def test_a_picture_of_the_size_keeps_its_pixels() -> None:
    wanted = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    fitted = fit(encoded(Image.fromarray(wanted)), Fitting(16))
    assert np.array_equal(fitted.pixels, wanted.transpose(2, 0, 1))
    assert not fitted.enlarged
    assert fit(encoded(Image.fromarray(wanted)), Fitting(17)).enlarged


@pytest.mark.parametrize(
    ("orientation", "corners"), [(1, (RED, GREEN)), (3, (GREEN, RED)), (6, (RED, GREEN))]
)
def test_pictures_are_turned_upright(orientation: int, corners: object) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(halves(32, 16), exif=exif)
    assert colours(fit(data, Fitting(16)).pixels) == corners
    upright = fit(data, Fitting(16, "none")).pixels
    blank = upright[:, 8, 0] if orientation == 6 else upright[:, 0, 8]
    assert blank.tolist() == list(WHITE)


def test_what_is_transparent_lies_on_white() -> None:
    clear = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    assert fit(encoded(clear), Fitting(16)).pixels.min() == 255
    palette = Image.new("P", (16, 16), 3)
    palette.putpalette([0] * 768)
    assert fit(encoded(palette, transparency=3), Fitting(16)).pixels.min() == 255
    half = Image.new("LA", (16, 16), (0, 128))
    assert abs(int(fit(encoded(half), Fitting(16)).pixels.mean()) - 127) <= 1


def test_sixteen_bit_greys_are_scaled_not_clipped() -> None:
    grey = Image.fromarray(np.full((16, 16), 0x4000, dtype=np.uint16))
    assert set(fit(encoded(grey), Fitting(16)).pixels.ravel().tolist()) == {0x40}


def test_crops_take_the_middle_the_busiest_or_all() -> None:
    image = Image.new("RGB", (48, 16), RED)
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    image.paste(Image.fromarray(noise), (30, 0))
    assert colours(fit(encoded(image), Fitting(8, "centre")).pixels)[0] == RED
    busy = fit(encoded(image), Fitting(16, "smart")).pixels.transpose(1, 2, 0)
    assert np.abs(busy.astype(int) - noise).mean() < 25  # at most a pixel beside it
    tall = image.transpose(Image.Transpose.ROTATE_90)
    assert fit(encoded(tall), Fitting(16, "smart")).pixels.std() > 60
    whole = fit(encoded(image), Fitting(48, "none")).pixels
    assert whole[:, 0].min() == 255
    assert whole[:, 47].min() == 255
    assert tuple(whole[:, 24, 0]) == RED
    plain = encoded(Image.new("RGB", (48, 16), GREEN))
    assert fit(plain, Fitting(16, "smart")).pixels.std(axis=(1, 2)).max() == 0


def test_scaling_has_no_aliases() -> None:
    rows, columns = np.indices((512, 512))
    board = Image.fromarray((255 * ((rows + columns) % 2)).astype(np.uint8))
    pixels = fit(encoded(board), Fitting(64)).pixels
    assert 120 < pixels.min() <= pixels.max() < 135
    lines = Image.fromarray((255 * (rows // 2 % 2)).astype(np.uint8))
    decoded_small = fit(encoded(lines, "JPEG", quality=95), Fitting(64)).pixels
    assert 110 < decoded_small.min() <= decoded_small.max() < 145


def test_the_median_takes_out_single_pixels() -> None:
    image = Image.new("RGB", (16, 16), RED)
    image.putpixel((5, 5), GREEN)
    assert fit(encoded(image), Fitting(16)).pixels[1].max() == 255
    assert fit(encoded(image), Fitting(16, denoise=True)).pixels[1].max() == 0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "TIFF"]), st.data())
def test_damaged_files_are_refused_in_one_way(format: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(halves(40, 24), format))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        fitted = fit(cut, Fitting(16))
    except PictureError:
        return
    assert fitted.pixels.shape == (3, 16, 16)
