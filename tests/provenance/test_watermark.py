"""The watermark: what it survives, what it refuses, and that none is read where there is none."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from scipy.ndimage import gaussian_filter

from zoo_provenance.errors import WatermarkError
from zoo_provenance.watermark import Pose, can_carry, embed, read
from zoo_provenance.watermark.convolution import decode, encode
from zoo_provenance.watermark.payload import (
    CHECK_BITS,
    MOST_DECODES,
    false_positive_rate,
    from_bits,
    to_bits,
)
from zoo_provenance.watermark.resampling import resample

Pixels = NDArray[np.uint8]
PAYLOAD = 0xA1B2C3D4E5


def scene(height: int, width: int, seed: int = 0) -> Pixels:
    """Something like a photograph: blurred noise of several sizes, with a few sharp edges."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3))
    for cells in (3, 9, 27, 81):
        noise = (rng.random((cells, cells, 3)) * 255).astype(np.uint8)
        blown_up = Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)
        picture += np.asarray(blown_up) / cells**0.7
    picture = picture / picture.max() * 235
    picture[height // 3 : height // 2, width // 5 : width // 2] *= 0.5
    return picture.astype(np.uint8)


def saved(kind: str, quality: int) -> Callable[[Pixels], Pixels]:
    def attack(pixels: Pixels) -> Pixels:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, kind, quality=quality)
        return np.asarray(Image.open(file).convert("RGB"))

    return attack


def scaled(factor: float) -> Callable[[Pixels], Pixels]:
    def attack(pixels: Pixels) -> Pixels:
        size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))

    return attack


def cut(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    top, left = height // 20, width // 7
    return np.ascontiguousarray(
        pixels[top : top + int(0.8 * height), left : left + int(0.8 * width)]
    )


def turned(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).rotate(-4, Image.Resampling.BICUBIC))


def framed(pixels: Pixels) -> Pixels:
    return np.pad(scaled(1.25)(pixels), ((24, 40), (12, 12), (0, 0)), constant_values=240)


def brighter(pixels: Pixels) -> Pixels:
    return np.asarray(ImageEnhance.Brightness(Image.fromarray(pixels)).enhance(1.2))


DIRECT = [saved("JPEG", 50), saved("WEBP", 75), scaled(0.5), scaled(2.0), brighter]
SEARCHED = [cut, turned, framed, lambda pixels: np.ascontiguousarray(pixels[:, ::-1])]


@pytest.fixture(scope="module")
def original() -> Pixels:
    return scene(384, 512)


@pytest.fixture(scope="module")
def marked(original: Pixels) -> Pixels:
    return embed(original, PAYLOAD)


def psnr(a: Pixels, b: Pixels) -> float:
    return float(10 * np.log10(255**2 / np.mean(np.square(a.astype(float) - b))))


def test_a_mark_is_read_and_hardly_changes_the_picture(original: Pixels, marked: Pixels) -> None:
    reading = read(marked, search=False)
    assert reading is not None
    assert reading.payload == PAYLOAD
    assert reading.false_positive_rate == 2.0**-CHECK_BITS
    assert (reading.transform.mirrored, reading.transform.offset) == (False, (0.0, 0.0))
    assert marked.dtype == np.uint8
    assert psnr(original, marked) > 37
    assert read(original) is None


@pytest.mark.parametrize("attack", DIRECT)
def test_a_whole_picture_is_read_without_a_search(
    marked: Pixels, attack: Callable[[Pixels], Pixels]
) -> None:
    reading = read(attack(marked), search=False)
    assert reading is not None
    assert reading.payload == PAYLOAD


@pytest.mark.parametrize("attack", SEARCHED)
def test_what_is_left_of_a_picture_is_searched_for(
    marked: Pixels, attack: Callable[[Pixels], Pixels]
) -> None:
    attacked = saved("JPEG", 75)(attack(marked))
    assert read(attacked, search=False) is None
    reading = read(attacked)
    assert reading is not None
    assert reading.payload == PAYLOAD
    assert reading.false_positive_rate <= 1e-6


def test_the_transform_tells_what_became_of_a_picture(marked: Pixels) -> None:
    scale = 256 / np.sqrt(384 * 512)
    reading = read(cut(marked))
    assert reading is not None
    pose = reading.transform
    assert pose.scale == pytest.approx(scale, rel=0.003)
    assert pose.offset == pytest.approx((384 // 20 * scale, 512 // 7 * scale), abs=0.5)
    mirrored = read(np.ascontiguousarray(marked[:, ::-1]))
    assert mirrored is not None
    assert mirrored.transform.mirrored
    slanted = read(turned(marked))
    assert slanted is not None
    assert slanted.transform.degrees == pytest.approx(4, abs=0.15)


@pytest.mark.parametrize("size", [(128, 128), (130, 1000), (1100, 1400)])
def test_small_long_and_large_pictures_carry_a_mark(size: tuple[int, int]) -> None:
    marked = embed(scene(*size), PAYLOAD)
    reading = read(saved("JPEG", 85)(marked), search=False)
    assert reading is not None
    assert reading.payload == PAYLOAD


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_is_marked_faintly(level: int) -> None:
    flat = np.full((256, 256, 3), level, np.uint8)
    marked = embed(flat, PAYLOAD)
    reading = read(marked, search=False)
    assert reading is not None
    assert reading.payload == PAYLOAD
    assert psnr(flat, marked) > 44


@pytest.mark.parametrize("seed", range(3))
def test_a_picture_that_is_busy_all_over_is_marked_within_the_limit(seed: int) -> None:
    """Like a meadow: the host is loud everywhere, and there is little room."""
    grain = gaussian_filter(np.random.default_rng(seed).normal(size=(256, 256)), 1)
    grey = np.clip(128 + 30 * grain / grain.std(), 0, 255).astype(np.uint8)
    meadow = np.repeat(grey[..., None], 3, axis=2)
    marked = embed(meadow, PAYLOAD)
    assert psnr(meadow, marked) > 37
    reading = read(saved("JPEG", 75)(marked), search=False)
    assert reading is not None
    assert reading.payload == PAYLOAD


def test_a_large_picture_is_marked_like_its_reduction() -> None:
    """One that is averaged down before it is looked at, and in more strips than one."""
    large = scene(2200, 2300)
    marked = embed(large, PAYLOAD)
    small = scaled(0.2)(marked)
    reading = read(small, search=False)
    assert reading is not None
    assert reading.payload == PAYLOAD
    change = marked.astype(int) - large
    steps = np.abs(np.diff(change.mean(axis=(1, 2))))
    assert steps[511::512].max() <= steps.max() / 2 + 0.05  # no seams between strips


def test_a_key_keeps_others_from_reading(original: Pixels, marked: Pixels) -> None:
    own = embed(original, PAYLOAD, key=b"ours alone")
    assert read(own) is None
    assert read(marked, key=b"ours alone") is None
    reading = read(own, key=b"ours alone")
    assert reading is not None
    assert reading.payload == PAYLOAD


def test_no_mark_is_read_where_there_is_none() -> None:
    pictures = [scene(256, 256, seed) for seed in range(40)]
    assert [read(p, search=False) for p in pictures] == [None] * 40
    assert [read(p) for p in pictures[:3]] == [None] * 3


def test_the_false_positive_rate_stays_below_one_in_a_million() -> None:
    assert false_positive_rate(MOST_DECODES) <= 1e-6
    rng = np.random.default_rng(0)
    words = rng.integers(0, 2, (20_000, 66), dtype=np.uint8)
    assert not any(from_bits(word, bytes(32)) is not None for word in words)
    assert from_bits(to_bits(PAYLOAD, bytes(32)), bytes(32)) == PAYLOAD


def test_the_code_corrects_noise() -> None:
    """At 1.05 deviations a bit of rate 1/3 (0.91 of rate 1/4) nearly every word comes through."""
    rng = np.random.default_rng(1)
    words = rng.integers(0, 2, (50, 66), dtype=np.uint8)
    sent = np.stack([encode(word) for word in words])
    soft = (0.95 * sent + rng.normal(size=sent.shape)).astype(np.float32)
    assert (decode(soft) == words).all(axis=1).mean() >= 0.96


@pytest.mark.parametrize("size", [(40, 50), (256, 300), (701, 640)])
def test_grids_are_scaled_as_pillow_scales_them(size: tuple[int, int]) -> None:
    grid = np.random.default_rng(2).uniform(0, 255, (300, 400)).astype(np.float32)
    end = (297.3, 400.0)
    box = (0.0, 0.0, end[1], end[0])
    image = Image.fromarray(grid).resize(size[::-1], Image.Resampling.BICUBIC, box=box)
    found = resample(grid, size, (end[0] / size[0], end[1] / size[1]))
    np.testing.assert_allclose(found, np.asarray(image), atol=0.01)


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.zeros((127, 300, 3), np.uint8), "300 x 127 cannot carry"),
        (np.zeros((128, 1025, 3), np.uint8), "at most 8 times"),
        (np.zeros((256, 256), np.uint8), r"uint8 pixels \(H, W, 3\)"),
        (np.zeros((256, 256, 3), np.float32), "not float32"),
    ],
)
def test_what_cannot_carry_a_mark_is_refused(pixels: Pixels, message: str) -> None:
    with pytest.raises(WatermarkError, match=message):
        embed(pixels, PAYLOAD)


def test_a_bad_payload_or_key_is_refused(original: Pixels) -> None:
    for payload in (-1, 1 << 40):
        with pytest.raises(WatermarkError, match="payload"):
            embed(original, payload)
    with pytest.raises(WatermarkError, match="key is empty"):
        embed(original, PAYLOAD, key=b"")
    with pytest.raises(WatermarkError, match="key is empty"):
        read(original, key=b"")


def test_small_pictures_are_read_as_unmarked() -> None:
    for size in ((1, 1, 3), (9, 2, 3), (64, 64, 3), (1, 4000, 3)):
        assert read(np.full(size, 7, np.uint8)) is None
    assert can_carry(128, 1024)
    assert not can_carry(128, 1025)
    assert Pose(False, 1.0, 0.0).offset == (0, 0)
