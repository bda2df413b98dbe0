"""The cards of ``refine-lite``. Size, sha256, parameter count and labels come from the JSON files
that the export wrote beside the weights."""

from __future__ import annotations

import json
from importlib.resources import files

from zoo.card import Can, Card
from zoo.option import Option
from zoo.weights import Weights

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


def _card(tag: str, summary: str, trained_on: str) -> Card:
    path = files("zoo_refine") / "weights" / f"refine-lite.{tag}.json"
    about = json.loads(path.read_text("utf-8"))
    return Card(
        id=f"refine-lite.{tag}",
        family="refine",
        summary=summary,
        factory="zoo_refine.model:build",
        size=(64, 64),
        params=about["params"],
        licence="Apache-2.0",
        trained_on=trained_on,
        weights=(
            Weights(
                "package:zoo_refine", f"weights/{about['file']}", about["size"], about["sha256"]
            ),
        ),
        labels=tuple(about["labels"]),
        options=_OPTIONS,
        can=frozenset({Can.LATENT, Can.LABEL, Can.STEPS, Can.ENCODE, Can.TRAIN}),
    )


FRUITS = _card(
    "fruits360",
    "Fruits on white, 103 kinds: noise refined step by step, a rectified flow trained by Zoo",
    "Fruits-360 version 2019.05.06.1 (MIT)",
)
