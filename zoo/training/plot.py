"""``plot.png``: the log as small multiples, one curve or family of curves a panel."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo_provenance.atomic import write_atomically

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT = "plot.png"
COLUMNS = 3
_BLUE, _ORANGE, _GREY = "#3b6ea5", "#d2691e", "#888888"
Points = list[tuple[int, float]]


def save_plot(rows: Sequence[Mapping[str, Any]], path: Path, title: str) -> bool:
    """Draw the rows of a log to ``path``, atomically; False where matplotlib is not installed.

    Training figures are lines, held-out figures of the same name dots in the same panel; the axis
    counts images.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return False
    panels = _panels(rows)
    count = max(1, math.ceil(len(panels) / COLUMNS))
    figure = Figure(figsize=(4.2 * COLUMNS, 2.5 * count + 0.5), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=11)
    axes = list(figure.subplots(count, COLUMNS, squeeze=False).flat)
    for axis, (name, curves) in zip(axes, panels.items(), strict=False):
        _draw(axis, name, curves)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    write_atomically(path, stream.getvalue())
    return True


def _panels(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Points]]:
    """By panel and curve, the points."""
    panels: dict[str, dict[str, Points]] = {}

    def put(panel: str, curve: str, row: Mapping[str, Any], value: float | None) -> None:
        if value is not None:
            points = panels.setdefault(panel, {}).setdefault(curve, [])
            points.append((row["images"], value))

    for row in rows:
        for name, value in row.get("figures", {}).items():
            put(name, "training", row, value)
        for name, value in row.get("held_out", {}).items():
            put(name, "held out", row, value)
        for name, value in row.get("copies", {}).items():
            put("nearest training picture", name.replace("_", " "), row, value)
    for row in rows:
        for name, value in row.get("lr", {}).items():
            put("learning rate", name, row, value)
        if row.get("rate"):
            put("pictures a second", "", row, row["rate"])
    return panels


def _draw(axis: Axes, name: str, curves: Mapping[str, Points]) -> None:
    for index, (curve, points) in enumerate(curves.items()):
        images, values = zip(*points, strict=True)
        if curve == "training":
            axis.plot(images, values, color=_GREY, alpha=0.35, linewidth=0.8)
            axis.plot(images, _smoothed(values), color=_BLUE, linewidth=1.4, label=curve)
        elif curve == "held out":
            axis.plot(images, values, "o-", color=_ORANGE, markersize=3, linewidth=1, label=curve)
        else:
            colour = (_BLUE, _ORANGE, _GREY)[index % 3]
            style = ("-", "--", ":")[index % 3]  # curves that coincide stay visible
            mark = "o" if len(points) == 1 else None
            axis.plot(images, values, style, marker=mark, markersize=3, color=colour, label=curve)
    axis.set_title(name, fontsize=9, loc="left")
    axis.tick_params(labelsize=7)
    axis.xaxis.set_major_formatter(lambda value, _: _short(value))
    axis.xaxis.set_major_locator(_locator())
    axis.grid(alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
    if len(curves) > 1:
        axis.legend(fontsize=7, frameon=False)


def _locator() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5)


def _smoothed(values: Sequence[float]) -> list[float]:
    """A moving mean over a fortieth of the points to either side."""
    reach = len(values) // 40
    total = [0.0]
    for value in values:
        total.append(total[-1] + value)
    ends = [(max(0, i - reach), min(len(values), i + reach + 1)) for i in range(len(values))]
    return [(total[b] - total[a]) / (b - a) for a, b in ends]


def _short(value: float) -> str:
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"
