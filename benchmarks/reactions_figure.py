"""The figure of ``reactions.py``: a row a measure, a column a way of spoiling pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zoo.plugins import plugin_manager

LOGARITHMIC = ("frechet_distance", "spectrum_distance")
LINEAR_BELOW = 0.01
"""Of the kernel distance, which may be negative; logarithmic above."""
COLOURS = {"higher": "#15803d", "lower": "#c2410c", "none": "#444444"}
TITLES = {
    "noise": "noise\n(grey levels)",
    "blur": "blur\n(pixels)",
    "JPEG": "JPEG\n(quality)",
    "labels kept": "labels\nkept",
    "each repeated": "each picture\nrepeated",
    "train pictures": "share of\ntrain pictures",
}


def save(
    found: Mapping[str, tuple[list[str], Mapping[str, list[float]]]], title: str, path: Path
) -> None:
    """All values of a row share a scale: flat lines are flat."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    names = list(next(iter(found.values()))[1])
    measures = plugin_manager().measures()
    figure, panels = plt.subplots(
        len(names), len(found), figsize=(1.75 * len(found) + 1, 0.95 * len(names)),
        sharex="col", sharey="row", layout="constrained", squeeze=False,
    )  # fmt: skip
    for column, (kind, (levels, values)) in enumerate(found.items()):
        panels[0][column].set_title(TITLES.get(kind, kind), fontsize=9)
        for row, name in enumerate(names):
            axes = panels[row][column]
            axes.plot(levels, values[name], color=COLOURS[measures[name].better], marker=".")
            axes.tick_params(labelsize=7)
            axes.grid(axis="y", color="#e5e5e5", linewidth=0.6)
            axes.spines[["top", "right"]].set_visible(False)
    for row, name in enumerate(names):
        if name in LOGARITHMIC:
            panels[row][0].set_yscale("log")
        elif name == "kernel_distance":
            panels[row][0].set_yscale("symlog", linthresh=LINEAR_BELOW, linscale=0.5)
            panels[row][0].set_ylim(bottom=-LINEAR_BELOW)
        label = name.replace("_", "\n", 1).replace("_", " ")
        panels[row][0].set_ylabel(label, fontsize=8, rotation=0, ha="right", va="center")
    figure.suptitle(f"{title}. Green: higher is better; orange: lower is better", fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
