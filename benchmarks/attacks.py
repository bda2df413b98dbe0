"""What becomes of pictures on their way: the attacks that the watermark benchmarks share."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter
from scipy.ndimage import gaussian_filter

Pixels = NDArray[np.uint8]
Attack = Callable[[Pixels], Pixels]
BICUBIC = Image.Resampling.BICUBIC


def saved(kind: str, quality: int) -> Attack:
    """Saved as JPEG or WebP and opened again."""

    def attack(pixels: Pixels) -> Pixels:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, kind, quality=quality)
        return np.asarray(Image.open(file).convert("RGB"))

    return attack


def scaled(factor: float, *, back: bool = False) -> Attack:
    """Scaled, and with ``back`` scaled to its old size again."""

    def attack(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        small = Image.fromarray(pixels).resize(
            (round(width * factor), round(height * factor)), BICUBIC
        )
        return np.asarray(small.resize((width, height), BICUBIC) if back else small)

    return attack


def cropped(keep: float, down: float = 0.5, across: float = 0.5) -> Attack:
    """Cut to ``keep`` of each side; ``down`` and ``across`` say where, 0 to 1."""

    def attack(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        rows, columns = int(height * keep), int(width * keep)
        top, left = int((height - rows) * down), int((width - columns) * across)
        return np.ascontiguousarray(pixels[top : top + rows, left : left + columns])

    return attack


def enhanced(kind: type, factor: float) -> Attack:
    return lambda pixels: np.asarray(kind(Image.fromarray(pixels)).enhance(factor))


def gamma(exponent: float) -> Attack:
    return lambda p: np.clip((p / 255.0) ** exponent * 255 + 0.5, 0, 255).astype(np.uint8)


def grey(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def blurred(sigma: float) -> Attack:
    def attack(pixels: Pixels) -> Pixels:
        soft = gaussian_filter(pixels.astype(np.float32), (sigma, sigma, 0))
        return np.clip(soft + 0.5, 0, 255).astype(np.uint8)

    return attack


def noisy(sigma: float) -> Attack:
    def attack(pixels: Pixels) -> Pixels:
        noise = np.random.default_rng(0).normal(size=pixels.shape) * sigma
        return np.clip(pixels + noise + 0.5, 0, 255).astype(np.uint8)

    return attack


def turned(degrees: float) -> Attack:
    return lambda pixels: np.asarray(Image.fromarray(pixels).rotate(degrees, BICUBIC))


def mirrored(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def bordered(pixels: Pixels) -> Pixels:
    """A white border of a tenth of the height."""
    edge = pixels.shape[0] // 10
    return np.pad(pixels, ((edge, edge), (edge, edge), (0, 0)), constant_values=255)


def screenshot(pixels: Pixels) -> Pixels:
    """Shown at 1.25 times its size on a slightly other gamma, with a grey frame around it."""
    height, width = pixels.shape[:2]
    size = (int(width * 1.25), int(height * 1.25))
    shown = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
    return np.pad(gamma(1.03)(shown), ((24, 24), (12, 12), (0, 0)), constant_values=240)


def social(pixels: Pixels) -> Pixels:
    """Twice: 0.75 of its size, then JPEG 75."""
    for _ in range(2):
        pixels = saved("JPEG", 75)(scaled(0.75)(pixels))
    return pixels


def denoised(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.MedianFilter(3)))


def unchanged(pixels: Pixels) -> Pixels:
    return pixels


DEMANDED: dict[str, Attack] = {
    "none": unchanged,
    **{f"JPEG {q}": saved("JPEG", q) for q in (90, 70, 50)},
    "WebP 75": saved("WEBP", 75),
    **{f"to {f}x": scaled(f) for f in (0.5, 0.75, 1.5, 2.0)},
    **{f"{f}x and back": scaled(f, back=True) for f in (0.5, 2.0)},
    "crop 80 %": cropped(0.8),
    "crop 80 %, off centre": cropped(0.8, 0.1, 0.83),
    **{f"brightness {f}": enhanced(ImageEnhance.Brightness, f) for f in (0.8, 1.2)},
    **{f"contrast {f}": enhanced(ImageEnhance.Contrast, f) for f in (0.8, 1.2)},
    **{f"gamma {g}": gamma(g) for g in (0.8, 1.25)},
    "grey": grey,
    "blur 1": blurred(1),
    "blur 2": blurred(2),
    **{f"noise {s}": noisy(s) for s in (5, 15)},
    "screenshot": screenshot,
    "social chain": social,
}
HARD: dict[str, Attack] = {
    "crop 71 %": cropped(0.71),
    "mirrored": mirrored,
    "turned 2 deg": turned(2),
    "turned -5 deg": turned(-5),
    "border 10 %": bordered,
}
REPORTED: dict[str, Attack] = {
    "to 0.25x": scaled(0.25),
    "crop 50 %": cropped(0.5),
    "median 3": denoised,
}
ATTACKS = {**DEMANDED, **HARD, **REPORTED}
