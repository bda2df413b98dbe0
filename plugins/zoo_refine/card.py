"""The cards of ``refine-lite`` and ``refine-turbo``."""

from __future__ import annotations

from zoo.bundled import bundled
from zoo.card import Can, Card
from zoo.option import Option

_FLOW = (
    Option("steps", "int", 12, "of refinement; more is finer and slower", (1, 250)),
    Option(
        "guidance",
        "float",
        1.5,
        "how strongly the label leads; 1 is the plain model and twice as fast",
        (0.0, 10.0),
    ),
)
_CALLS = (Option("steps", "int", 4, "of refinement, one network call each", (1, 4)),)
_CAN = {Can.LATENT, Can.LABEL, Can.STEPS, Can.TRAIN}


def _card(
    name: str, module: str, summary: str, options: tuple[Option, ...], can: frozenset[Can]
) -> Card:
    about = bundled("zoo_refine", name)
    return Card(
        id=name,
        family="refine",
        summary=summary,
        factory=f"zoo_refine.{module}:build",
        size=(64, 64),
        params=about.params,
        licence=about.licence,
        trained_on=about.trained_on,
        trained_with=about.trained_with,
        weights=(about.weights,),
        labels=about.labels,
        options=options,
        can=can,
    )


CARDS = (
    _card(
        "refine-lite.fruits360",
        "model",
        "Fruits on white, 103 kinds: noise refined step by step, a rectified flow trained by Zoo",
        _FLOW,
        frozenset({*_CAN, Can.ENCODE}),
    ),
    _card(
        "refine-lite.eurosat",
        "model",
        "Land from above, 10 kinds: noise refined step by step, a rectified flow trained by Zoo",
        _FLOW,
        frozenset({*_CAN, Can.ENCODE}),
    ),
    _card(
        "refine-turbo.fruits360",
        "turbo",
        "Fruits on white, 103 kinds: noise refined in at most four calls, distilled by Zoo",
        _CALLS,
        frozenset(_CAN),
    ),
)
