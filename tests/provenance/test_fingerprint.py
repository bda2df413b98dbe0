"""The fingerprint: own copies agree, other pictures do not, even ones without contrast."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from zoo_provenance.fingerprint import CANDIDATE_DISTANCE, compare, distances, fingerprint


def jpeg(image: Image.Image, quality: int = 75) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def scaled(image: Image.Image) -> Image.Image:
    return image.resize((round(image.width * 0.6), round(image.height * 0.6)))


def fruit(turn: float = 0.0, seed: int = 3, size: int = 256) -> Image.Image:
    """A lit ball with spots on white; ``turn`` moves the spots, as a turntable does."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    radius = np.hypot(x, y)
    shade = np.clip(1.1 - 0.7 * np.hypot(x + 0.3, y + 0.3), 0, 1)
    for cx, cy in rng.uniform(-0.6, 0.6, (12, 2)):
        shade -= 0.25 * np.exp(-((x - cx - turn) ** 2 + (y - cy) ** 2) / 0.01)
    ball = shade[..., None] * np.array(rng.uniform(90, 255, 3))
    picture = np.where(radius[..., None] < 0.8, ball, 255)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


def apart(a: bytes, b: bytes) -> int:
    return int(distances(a, np.frombuffer(b, np.uint8).reshape(1, 32))[0])


EDITS = {
    "jpeg": jpeg,
    "scaled": scaled,
    "both": lambda i: jpeg(scaled(i)),
    "both, other way": lambda i: scaled(jpeg(i)),
    "as PNG": lambda i: i.copy(),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_own_copies_agree(edit) -> None:
    for seed in range(6):
        image = fruit(seed=seed)
        a, b = fingerprint(image), fingerprint(edit(image))
        assert apart(a.hash, b.hash) <= CANDIDATE_DISTANCE
        assert compare(a.thumbnail, b.thumbnail).agrees, seed


@pytest.mark.parametrize("factor", [0.85, 0.95])
def test_brightness_is_aligned(factor: float) -> None:
    image = ImageEnhance.Brightness(fruit()).enhance(0.8)  # no white that hides what overshoots
    a = fingerprint(image)
    b = fingerprint(ImageEnhance.Brightness(image).enhance(factor))
    assert compare(a.thumbnail, b.thumbnail).agrees


def test_other_pictures_do_not_agree() -> None:
    for seed in range(6):
        a, b = fingerprint(fruit(seed=seed)), fingerprint(fruit(seed=seed + 50))
        assert not compare(a.thumbnail, b.thumbnail).agrees


@pytest.mark.parametrize("turn", [0.02, 0.05])
def test_the_same_fruit_turned_a_little_does_not_agree(turn: float) -> None:
    for seed in range(6):
        a, b = fingerprint(fruit(seed=seed)), fingerprint(fruit(turn, seed=seed))
        assert not compare(a.thumbnail, b.thumbnail).agrees, seed


def test_pictures_without_contrast_are_never_confirmed() -> None:
    rng = np.random.default_rng(0)

    def wall(level: int) -> Image.Image:
        noise = rng.normal(level, 2, (256, 256, 3))
        return Image.fromarray(noise.clip(0, 255).astype(np.uint8))

    white = fingerprint(Image.new("RGB", (64, 64), "white"))
    assert not compare(white.thumbnail, white.thumbnail).agrees
    for level in (60, 128, 240):
        a, b = fingerprint(wall(level)), fingerprint(wall(level))
        assert not compare(a.thumbnail, b.thumbnail).agrees


def test_distances_count_bits() -> None:
    rng = np.random.default_rng(1)
    table = rng.integers(0, 256, (50, 32), dtype=np.uint8)
    mark = rng.integers(0, 256, 32, dtype=np.uint8)
    expected = [int(np.unpackbits(row ^ mark).sum()) for row in table]
    assert distances(mark.tobytes(), table).tolist() == expected
    assert distances(mark.tobytes(), np.empty((0, 32), np.uint8)).shape == (0,)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (64, 64), (640, 480)])
def test_shapes_of_any_size(size: tuple[int, int]) -> None:
    mark = fingerprint(Image.new("RGB", size, (9, 8, 7)))
    assert (len(mark.hash), len(mark.thumbnail)) == (32, 4096)
