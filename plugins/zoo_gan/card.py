"""The card of ``stylegan-lite.fruits360``. Size, sha256, parameter count and labels come from the
JSON file that the export wrote beside the weights."""

from __future__ import annotations

import json
from importlib.resources import files

from zoo.card import Can, Card
from zoo.option import Option
from zoo.weights import Weights

_ABOUT = json.loads(
    (files("zoo_gan") / "weights" / "stylegan-lite.fruits360.json").read_text("utf-8")
)

FRUITS = Card(
    id="stylegan-lite.fruits360",
    family="gan",
    summary="Fruits on white, 103 kinds: a style-based, label-conditional GAN trained by Zoo",
    factory="zoo_gan.model:build",
    size=(64, 64),
    params=_ABOUT["params"],
    licence="Apache-2.0",
    trained_on="Fruits-360 version 2019.05.06.1 (MIT)",
    weights=(
        Weights("package:zoo_gan", f"weights/{_ABOUT['file']}", _ABOUT["size"], _ABOUT["sha256"]),
    ),
    labels=tuple(_ABOUT["labels"]),
    options=(
        Option(
            "truncation",
            "float",
            0.8,
            "1 gives the widest variety, lower values pictures nearer to their label's mean style",
            (0.0, 1.0),
        ),
    ),
    can=frozenset({Can.LATENT, Can.LABEL, Can.TRAIN}),
)
