"""Signs of overfitting in the rows of a training log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

Rows = Sequence[Mapping[str, Any]]

PATIENCE = 4
"""Evaluations in a row that must show it: one may be chance."""
RISE = 0.03
"""Above the lowest held-out score, as a fraction of it."""
GAP = 0.5
"""Between the discriminator on training and on held-out pictures, as a fraction of its gap
between real and generated ones."""
NEAR = 0.5
"""Median distance of samples to their nearest training picture, as a fraction of that of held-out
pictures: the copy test of Meehan et al. 2020 (arXiv:2004.05675) in its simplest form."""


def rising(rows: Rows) -> str | None:
    """The held-out score (the first figure) has risen above its lowest and does not turn back."""
    found = [next(iter(row["held_out"].items())) for row in rows if row.get("held_out")]
    scores = [(name, value) for name, value in found if value is not None]
    if len(scores) <= PATIENCE:
        return None
    name, values = scores[-1][0], [value for _, value in scores]
    lowest = min(values)
    late = values[-PATIENCE:]
    if min(late) <= lowest + RISE * abs(lowest) or late[-1] < late[0]:
        return None
    return (
        f"{name} on held-out pictures rises: {late[-1]:.4g} after a lowest of {lowest:.4g}. "
        "Further training fits the training pictures only; the best checkpoint is kept"
    )


def discriminator_gap(rows: Rows) -> str | None:
    """The discriminator knows training pictures from held-out ones (a figure with one name in
    both) about as well as real from generated (the training figure ``d_gap``)."""
    history = _gaps(rows)
    for name in history[-1] if history else ():
        gaps = [gaps[name] for gaps in history if name in gaps]
        late = gaps[-PATIENCE:]
        if len(gaps) > PATIENCE and min(late) > GAP and late[-1] > gaps[0]:
            return (
                f"the discriminator knows the training pictures by heart: {name} differs between "
                f"training and held-out pictures by {late[-1]:.0%} of its gap between real and "
                "generated ones. More data, augmentation or a stop would help"
            )
    return None


def copies(rows: Rows) -> str | None:
    """Samples lie nearer to training pictures than held-out pictures do."""
    found = [row["copies"] for row in rows if row.get("copies")]
    if not found or found[-1]["samples"] >= NEAR * found[-1]["held_out"]:
        return None
    return (
        "samples look like copies: their median distance to the nearest training picture is "
        f"{found[-1]['samples']:.3g}, that of held-out pictures {found[-1]['held_out']:.3g}"
    )


SIGNS: dict[str, Callable[[Rows], str | None]] = {
    "held-out": rising,
    "discriminator": discriminator_gap,
    "copies": copies,
}
"""By the kind of warning."""


def _gaps(rows: Rows) -> list[dict[str, float]]:
    """By evaluation and figure: the gap between training and held-out means, over ``d_gap``."""
    history: list[dict[str, float]] = []
    recent: list[Mapping[str, float]] = []
    for row in rows:
        if "figures" in row:
            recent.append(row["figures"])
        if row.get("held_out") and recent:
            between = _mean(recent, "d_gap")
            gaps = {
                name: abs(trained - value) / abs(between)
                for name, value in row["held_out"].items()
                if value is not None and between and (trained := _mean(recent, name)) is not None
            }
            history.append(gaps)
            recent = []
    return history


def _mean(figures: Sequence[Mapping[str, float | None]], name: str) -> float | None:
    values = [value for row in figures if (value := row.get(name)) is not None]
    return fmean(values) if values else None
