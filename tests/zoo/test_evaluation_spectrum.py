"""The radial power spectrum: known powers, waves in their rings, and pictures of every shape."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.evaluation.spectrum import MOST_SIDE, RINGS, radial_spectrum


def grey(levels: np.ndarray) -> np.ndarray:
    return np.repeat(levels.round().clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.mark.parametrize("side", [64, 65])
def test_even_noise_has_its_variance_in_every_ring(side: int) -> None:
    rng = np.random.default_rng(0)
    noise = [radial_spectrum(grey(rng.normal(128, 10, (side, side)))) for _ in range(150)]
    assert np.log10((10.0 ** np.array(noise)).mean(0)) == pytest.approx(2, abs=0.06)


@pytest.mark.parametrize("ring", [3, 15, 30])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_wave_is_in_the_ring_of_its_frequency(ring: int, axis: int) -> None:
    along = np.cos(2 * np.pi * (ring + 0.5) / (2 * RINGS) * np.arange(96))
    wave = 128 + 50 * np.broadcast_to(along[:, None] if axis == 0 else along, (96, 96))
    assert radial_spectrum(grey(wave)).argmax() == ring


def test_blur_takes_the_outer_rings_and_leaves_the_inner_ones() -> None:
    rng = np.random.default_rng(0)
    sharp = rng.normal(128, 30, (64, 64))
    blurred = sum(np.roll(sharp, (i, j), (0, 1)) for i in range(3) for j in range(3)) / 9
    before, after = radial_spectrum(grey(sharp)), radial_spectrum(grey(blurred))
    assert after[0] == pytest.approx(before[0], abs=0.05)
    assert after[24] < before[24] - 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (8, 8), (37, 91), (MOST_SIDE + 300, 40)])
def test_pictures_of_every_shape_have_one(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    spectrum = radial_spectrum(picture)
    assert spectrum.shape == (RINGS,)
    assert spectrum.dtype == np.float32
    assert np.isfinite(spectrum).all()
    assert np.isfinite(radial_spectrum(np.zeros_like(picture))).all()


def test_a_picture_that_does_not_meet_at_its_borders_is_not_taken_for_a_sharp_one() -> None:
    ramp = grey(np.linspace(0, 255, 64) + np.zeros((64, 1)))
    assert radial_spectrum(ramp)[20] < 0
