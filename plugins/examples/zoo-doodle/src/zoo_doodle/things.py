"""The things that are drawn: each a few strokes, a little different every time.

A stroke is an array (N, 2) of points in a square from -1 to 1, x to the right and y down.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]
Strokes = list[Stroke]


def line(*points: tuple[float, float]) -> Stroke:
    """Straight from point to point, in steps small enough to wobble."""
    corners = np.array(points, float)
    parts = [np.linspace(a, b, max(2, int(12 * np.hypot(*(b - a))))) for a, b in pairwise(corners)]
    return np.concatenate(parts)


def arc(
    x: float, y: float, width: float, height: float, start: float = 0, end: float = 360
) -> Stroke:
    """Part of an ellipse around (x, y) with these half axes; degrees clockwise from the right."""
    angle = np.radians(np.linspace(start, end, 36))
    return np.stack([x + width * np.cos(angle), y + height * np.sin(angle)], 1)


def sun(rng: np.random.Generator) -> Strokes:
    radius, rays = rng.uniform(0.3, 0.42), 10
    turn, length = rng.normal(0, 0.12), rng.uniform(0.22, 0.38)
    strokes = [arc(0, 0, radius, radius)]
    for i in range(rays):
        angle = 2 * np.pi * (i + turn) / rays
        way = np.array([np.cos(angle), np.sin(angle)])
        inner, outer = (radius + 0.1) * way, (radius + 0.1 + length) * way
        strokes.append(line(tuple(inner), tuple(outer)))
    return strokes


def house(rng: np.random.Generator) -> Strokes:
    w, top, roof = rng.uniform(0.5, 0.7), rng.uniform(-0.25, 0.0), rng.uniform(0.4, 0.6)
    door = rng.uniform(0.1, 0.16)
    return [
        line((-w, 0.75), (-w, top), (w, top), (w, 0.75), (-w, 0.75)),
        line((-w - 0.1, top), (0, top - roof), (w + 0.1, top)),
        line((w / 2 - door, 0.75), (w / 2 - door, 0.3), (w / 2 + door, 0.3),
             (w / 2 + door, 0.75)),
        line((-w / 2 - 0.14, 0.2), (-w / 2 + 0.14, 0.2), (-w / 2 + 0.14, 0.48),
             (-w / 2 - 0.14, 0.48), (-w / 2 - 0.14, 0.2)),
    ]  # fmt: skip


def tree(rng: np.random.Generator) -> Strokes:
    w, crown, lumps = rng.uniform(0.08, 0.14), rng.uniform(0.42, 0.55), 7
    angle = np.linspace(0, 2 * np.pi, 90)
    radius = crown * (1 + 0.14 * np.abs(np.sin(lumps * angle / 2 + rng.normal(0, 0.2))))
    leaves = np.stack([radius * np.cos(angle), -0.25 + radius * np.sin(angle)], 1)
    foot = -0.25 + crown
    return [
        leaves,
        line((-w, foot), (-w * 1.2, 0.8), (w * 1.2, 0.8), (w, foot)),
    ]


def fish(rng: np.random.Generator) -> Strokes:
    w, h, tail = rng.uniform(0.5, 0.62), rng.uniform(0.26, 0.4), rng.uniform(0.24, 0.34)
    return [
        arc(0.15, 0, w, h),
        line((0.15 - w, 0), (-0.45 - tail, -tail), (-0.45 - tail, tail), (0.15 - w, 0)),
        arc(0.15 + w * 0.6, -h * 0.3, 0.05, 0.05),
        arc(0.1, 0, 0.14, h * 0.6, -70, 70),
    ]


def cat(rng: np.random.Generator) -> Strokes:
    w, h, ear = rng.uniform(0.5, 0.62), rng.uniform(0.44, 0.54), rng.uniform(0.32, 0.46)
    strokes = [arc(0, 0.12, w, h)]
    for s in (-1, 1):
        strokes += [
            line((s * w * 0.88, -0.1), (s * w * 0.85, -0.2 - ear), (s * w * 0.3, 0.12 - h * 0.95)),
            arc(s * w * 0.4, 0.0, 0.055, 0.08),
            line((s * 0.2, 0.26), (s * (w + 0.18), 0.18)),
            line((s * 0.2, 0.34), (s * (w + 0.16), 0.4)),
            arc(s * 0.09, 0.34, 0.09, 0.08, 0, 180),
        ]
    strokes.append(line((-0.07, 0.2), (0.07, 0.2), (0, 0.29), (-0.07, 0.2)))
    return strokes


def flower(rng: np.random.Generator) -> Strokes:
    petals, core, turn = 6, rng.uniform(0.13, 0.18), rng.normal(0.3, 0.12)
    size = rng.uniform(0.17, 0.21)
    strokes = [arc(0, -0.3, core, core)]
    for i in range(petals):
        angle = 2 * np.pi * i / petals + turn
        reach = core + size * 0.95
        strokes.append(arc(reach * np.cos(angle), -0.3 + reach * np.sin(angle), size, size))
    bend = rng.uniform(-0.15, 0.15)
    strokes.append(line((0, -0.3 + core + 2 * size), (bend, 0.5), (0, 0.9)))
    strokes.append(line((bend, 0.55), (0.38, 0.3), (0.3, 0.58), (bend, 0.66)))
    return strokes


def boat(rng: np.random.Generator) -> Strokes:
    w, mast, sail = rng.uniform(0.6, 0.75), rng.uniform(-0.85, -0.65), rng.uniform(0.4, 0.55)
    x = np.linspace(-0.9, 0.9, 60)
    waves = np.stack([x, 0.72 + 0.05 * np.sin(9 * x + rng.normal(0, 0.4))], 1)
    return [
        line((-w, 0.25), (w, 0.25), (w * 0.7, 0.6), (-w * 0.7, 0.6), (-w, 0.25)),
        line((0, 0.25), (0, mast)),
        line((0, mast), (sail, 0.1), (0, 0.1)),
        line((-0.07, mast + 0.15), (-sail * 0.75, 0.1), (-0.07, 0.1), (-0.07, mast + 0.15)),
        waves,
    ]


def snail(rng: np.random.Generator) -> Strokes:
    turns, size = 2.4 + rng.normal(0, 0.05), rng.uniform(0.42, 0.5)
    angle = np.linspace(0, 2 * np.pi * turns, 110)
    radius = size * (0.08 + 0.92 * angle / angle[-1])
    end = angle[-1] - 0.5 * np.pi
    shell = np.stack([radius * np.cos(angle - end), radius * np.sin(angle - end)], 1)
    shell += (-0.08, 0.02)
    neck = rng.uniform(0.1, 0.25)
    return [
        shell,
        line((-0.85, 0.62), (0.5, 0.62), (0.75, 0.5), (0.8, -neck + 0.15), (0.66, -neck),
             (0.52, 0.12), (0.42, 0.35)),
        line((0.75, -neck + 0.02), (0.86, -neck - 0.28)),
        line((0.66, -neck), (0.64, -neck - 0.28)),
        line((-0.85, 0.62), (-0.5, 0.38)),
    ]  # fmt: skip


def mushroom(rng: np.random.Generator) -> Strokes:
    w, h, stem = rng.uniform(0.58, 0.74), rng.uniform(0.5, 0.7), rng.uniform(0.16, 0.24)
    return [
        arc(0, 0, w, h, 180, 360),
        arc(0, 0, w, 0.12, 0, 180),
        line((-stem, 0.1), (-stem * 1.2, 0.72)),
        line((stem, 0.1), (stem * 1.2, 0.72)),
        arc(0, 0.72, stem * 1.2, 0.1, 0, 180),
        arc(-w * 0.4, -h * 0.4, 0.11, 0.11),
        arc(w * 0.35, -h * 0.32, 0.09, 0.09),
        arc(0.02, -h * 0.72, 0.08, 0.08),
    ]


def balloon(rng: np.random.Generator) -> Strokes:
    w, h = rng.uniform(0.36, 0.46), rng.uniform(0.46, 0.54)
    foot = -0.35 + h
    y = np.linspace(foot + 0.1, 0.92, 40)
    string = np.stack([0.07 * np.sin(7 * y + rng.normal(0, 0.4)) * (y - foot), y], 1)
    return [
        arc(0, -0.35, w, h),
        line((0, foot), (-0.07, foot + 0.1), (0.07, foot + 0.1), (0, foot)),
        string,
        arc(-w * 0.1, -0.4, w * 0.6, h * 0.6, 190, 250),
    ]


THINGS: dict[str, Callable[[np.random.Generator], Strokes]] = {
    "Balloon": balloon,
    "Boat": boat,
    "Cat": cat,
    "Fish": fish,
    "Flower": flower,
    "House": house,
    "Mushroom": mushroom,
    "Snail": snail,
    "Sun": sun,
    "Tree": tree,
}
"""In the order of the model's labels."""
