"""Drawing one plot: matplotlib's SVG, in colours that a reader's dark scheme replaces."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoo_provenance.text import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FAINT, LINE = "#1c1b19", "#5d5952", "#d9d5cd"
COLOURS = ("#0b5394", "#b3470b", "#1b6e4a", "#7a3e9d", "#a61c4c", "#0e7080", "#6b5b00")
"""Of sets; with MARKERS, so that no set is known by its colour alone."""
DARK_COLOURS = ("#8fc1f3", "#f2a46b", "#7fd3a8", "#d0a8ee", "#f59ab6", "#77d0de", "#dcca5f")
MARKERS, SIGNS = ("o", "s", "^", "D", "v", "P", "X"), ("●", "■", "▲", "◆", "▼", "✚", "✖")
"""For matplotlib, and for the page."""
KEY = tuple(zip(COLOURS, DARK_COLOURS, SIGNS, strict=True))
_DARK = {
    INK: "#ecebe8", FAINT: "#b3afa7", LINE: "#3a3c41",
    **dict(zip(COLOURS, DARK_COLOURS, strict=True)),
}  # fmt: skip
WIDE, SMALL = (4.4, 3.2), (3.2, 2.5)
"""Inches. Small enough that the letters can be read where the screen is 360 pixels wide."""
MOST_NAME = 30


@dataclass(frozen=True)
class Plot:
    """``svg`` is for ``file`` below the report's folder; ``alt`` says in words what is to be seen,
    ``caption`` what it means. ``small``: one of several that stand in rows."""

    file: str
    alt: str
    caption: str
    svg: bytes
    size: tuple[int, int]
    small: bool = False


def draw(
    file: str,
    paint: Callable[[Axes], object],
    *,
    alt: str,
    caption: str = "",
    small: bool = False,
    height: float | None = None,
) -> Plot:
    """A plot that ``paint`` draws. ``height`` is in inches."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    width, usual = SMALL if small else WIDE
    with mpl.rc_context(rc=_settings(file)):
        figure = Figure(figsize=(width, height or usual), layout="constrained")
        axis = figure.subplots()
        axis.grid(axis="both")
        axis.set_axisbelow(True)
        paint(axis)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata=dict.fromkeys(
            ("Date", "Creator", "Format", "Type")))  # fmt: skip
    size = round(72 * width), round(72 * (height or usual))
    return Plot(file, alt, caption, _schemed(out.getvalue()).encode(), size, small)


def name_of(text: str) -> str:
    """A set's or a label's name, short enough for a plot."""
    return clean(text, MOST_NAME)


def colour(place: int) -> dict[str, Any]:
    """What tells the set at a place from others."""
    return {"color": COLOURS[place % len(COLOURS)]}


def marker(place: int) -> str:
    return MARKERS[place % len(MARKERS)]


def legend(axis: Axes, **where: Any) -> None:
    """Of what has names."""
    axis.legend(fontsize=9, handlelength=1.6, borderaxespad=0.3, **where)


def _settings(salt: str) -> Any:
    inks = ("text.color", "axes.labelcolor", "axes.titlecolor", "legend.labelcolor")
    faint = ("axes.edgecolor", "xtick.color", "ytick.color")
    return {
        **dict.fromkeys(inks, INK), **dict.fromkeys(faint, FAINT),
        "grid.color": LINE, "grid.linewidth": 0.8, "axes.spines.top": False,
        "axes.spines.right": False, "font.size": 10, "axes.titlesize": 10,
        "axes.titlelocation": "left", "xtick.labelsize": 9, "ytick.labelsize": 9,
        "legend.frameon": False, "svg.fonttype": "none", "svg.hashsalt": salt,
        # Names are strangers': a dollar sign is one, and no formula.
        "text.parse_math": False, "axes.formatter.use_mathtext": False,
        "axes.unicode_minus": True,
    }  # fmt: skip


def _schemed(svg: str) -> str:
    """The SVG with a style for a dark scheme; programs that know none draw it light."""
    rules = "".join(
        f'[style*="{part}: {light}"]{{{part}:{dark}}}'
        for light, dark in _DARK.items()
        for part in ("fill", "stroke")
    ).replace("}", " !important}")
    style = (
        '<style>:root{color-scheme:light dark}text{font-family:system-ui,"Segoe UI",'
        '"Liberation Sans",sans-serif !important}'
        f"@media screen and (prefers-color-scheme: dark){{{rules}}}</style>"
    ).replace(" !important !important", " !important")
    svg = re.sub(r"<!DOCTYPE[^>]*>\s*", "", svg)
    return re.sub(r"(<svg\b[^>]*>)", lambda found: found[1] + style, svg, count=1)
