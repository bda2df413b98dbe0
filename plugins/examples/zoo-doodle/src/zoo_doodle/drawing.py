"""Drawing by program: what the network learns from. Nobody else's pictures are needed (CC0-1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .things import THINGS, Stroke

SIDE = 128
"""Of a drawing, in pixels."""
_FINE = 4  # drawn larger and scaled down: smooth lines


def draw(thing: str, seed: int) -> Image.Image:
    """A drawing, black on white: the same for the same thing and seed."""
    rng = np.random.default_rng((seed, list(THINGS).index(thing)))
    strokes = THINGS[thing](rng)
    turn, scale = rng.normal(0, 0.07), rng.uniform(0.78, 0.92)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shift = rng.normal(0, 0.03, 2)
    picture = Image.new("L", (SIDE * _FINE, SIDE * _FINE), 255)
    pencil = ImageDraw.Draw(picture)
    for stroke in strokes:
        points = (_wobbly(stroke, rng) @ matrix.T + shift + 1) / 2 * SIDE * _FINE
        path = [(float(x), float(y)) for x, y in points]
        pencil.line(path, fill=0, width=3 * _FINE, joint="curve")
    return picture.resize((SIDE, SIDE), Image.Resampling.BOX).convert("RGB")


def draw_all(folder: Path, count: int, seed: int = 0) -> Iterator[Path]:
    """Draw ``count`` of each thing, ``folder/THING/NUMBER.png``, as zoo data prepare takes them."""
    for thing in THINGS:
        (folder / thing).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            path = folder / thing / f"{number:05}.png"
            draw(thing, seed + number).save(path)
            yield path


def _wobbly(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """As a hand draws it: off by a little, smoothly."""
    along = np.linspace(0, 1, len(stroke))[:, None]
    waves = [
        rng.normal(0, 0.012 / k, 2) * np.sin(2 * np.pi * (k * along + rng.uniform(0, 1, 2)))
        for k in (1, 2, 3)
    ]
    moved: Stroke = stroke + np.sum(waves, 0)
    return moved
