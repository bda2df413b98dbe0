"""The cards of ``refine-lite``."""

from __future__ import annotations

from zoo.bundled import bundled
from zoo.card import Can, Card
from zoo.option import Option

_OPTIONS = (
    Option("steps", "int", 12, "of refinement; more is finer and slower", (1, 250)),
    Option(
        "guidance",
        "float",
        1.5,
        "how strongly the label leads; 1 is the plain model and twice as fast",
        (0.0, 10.0),
    ),
)


def _card(tag: str, summary: str) -> Card:
    about = bundled("zoo_refine", f"refine-lite.{tag}")
    return Card(
        id=f"refine-lite.{tag}",
        family="refine",
        summary=summary,
        factory="zoo_refine.model:build",
        size=(64, 64),
        params=about.params,
        licence=about.licence,
        trained_on=about.trained_on,
        weights=(about.weights,),
        labels=about.labels,
        options=_OPTIONS,
        can=frozenset({Can.LATENT, Can.LABEL, Can.STEPS, Can.ENCODE, Can.TRAIN}),
    )


FRUITS = _card(
    "fruits360",
    "Fruits on white, 103 kinds: noise refined step by step, a rectified flow trained by Zoo",
)
