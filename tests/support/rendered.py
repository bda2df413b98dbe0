"""Pictures that a test renders: shaded bodies on white, of several kinds, no two alike."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import NDArray

KINDS = 8
SIDE = 64


def rendered(n: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """``n`` pictures uint8 (n, 64, 64, 3) and their kinds, int64 (n,), in turn."""
    rng = np.random.default_rng(seed)
    kinds = np.arange(n) % KINDS
    return np.stack([_picture(int(kind), rng) for kind in kinds]), kinds


def _picture(kind: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """An ellipsoid of the kind's colour, build and stripes, lit from the kind's side or so."""
    y, x = (np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2) / (SIDE / 2)
    x, y = x - rng.normal(0, 0.05), y - rng.normal(0, 0.05)
    angle = kind * 0.4 + rng.normal(0, 0.3)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    long = rng.uniform(0.6, 0.85)
    u, v = u / long, v / (long * (0.45 + 0.07 * kind) * rng.uniform(0.9, 1.1))
    radius = np.hypot(u, v)
    height = np.sqrt(np.clip(1 - radius**2, 0, 1))
    light = np.array([-0.5, -0.5, 0.7]) + rng.normal(0, 0.15, 3)
    shade = 0.35 + 0.65 * np.clip((u * light[0] + v * light[1] + height * light[2]), 0, 1)
    stripes = 1 + 0.12 * np.sin((4 + 3 * (kind % 4)) * u + rng.uniform(0, 6.3)) * (kind % 2)
    grain = 1 + 0.01 * rng.normal(size=(SIDE, SIDE))
    colour = colorsys.hsv_to_rgb(
        (kind / KINDS + rng.normal(0, 0.015)) % 1, rng.uniform(0.6, 0.9), 1
    )
    body = (shade * stripes * grain)[..., None] * np.array(colour)
    gloss = np.clip(1 - np.hypot(u + 0.35, v + 0.35) / 0.25, 0, 1)[..., None] * 0.5
    inside = np.clip((1 - radius) * SIDE / 3, 0, 1)[..., None]  # an edge without steps
    picture = (body + gloss) * inside + (1 - inside)
    return (picture.clip(0, 1) * 255 + 0.5).astype(np.uint8)
