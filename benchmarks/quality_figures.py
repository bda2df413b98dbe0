"""Figures of ``quality.py``: how near samples are to the nearest picture that was trained on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Distances = Mapping[str, NDArray[np.float64]]
"""By space (a judge's features, or pixels): one nearest-train distance a picture."""


def save_nearest(name: str, samples: Distances, test: Distances, folder: Path) -> Path:
    """Cumulative shares of samples beside test pictures, one panel a space."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(
        1, len(test), figsize=(4 * len(test), 3.6), layout="constrained", squeeze=False
    )
    for axes, space in zip(panels[0], test, strict=True):
        for values, label, colour in (
            (test[space], "test pictures", "#444444"),
            (samples[space], "samples", "#c2410c"),
        ):
            axes.ecdf(values, label=f"{label}, median {np.median(values):.3g}", color=colour)
        near = np.quantile(test[space], 0.01)
        axes.axvline(near, color="#444444", linestyle=":", linewidth=1)
        share = float((samples[space] < near).mean())
        axes.set_title(f"{share:.1%} of samples left of the dotted line", fontsize=9)
        axes.set_xlim(0, np.quantile(np.concatenate([test[space], samples[space]]), 0.995))
        axes.set_xlabel(f"distance to the nearest train picture, {space}")
        axes.set_ylabel("share of pictures")
        axes.legend(
            fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2, frameon=False
        )
    figure.suptitle(f"{name} (dotted: 1 % of test pictures are nearer)", fontsize=10)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"nearest-{re.sub('[^a-z0-9.-]+', '-', name.lower()).strip('-')}.png"
    figure.savefig(path, dpi=130)
    plt.close(figure)
    return path
