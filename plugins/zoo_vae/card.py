"""The card of ``vae-lite.fruits360``. Size, sha256, parameter count and labels come from the JSON
file that the export wrote beside the weights."""

from __future__ import annotations

import json
from importlib.resources import files

from zoo.card import Can, Card
from zoo.option import Option
from zoo.weights import Weights

_ABOUT = json.loads((files("zoo_vae") / "weights" / "vae-lite.fruits360.json").read_text("utf-8"))

FRUITS = Card(
    id="vae-lite.fruits360",
    family="vae",
    summary="Fruits on white, 103 kinds: an autoencoder with a learned prior, trained by Zoo",
    factory="zoo_vae.model:build",
    size=(64, 64),
    params=_ABOUT["params"],
    licence="Apache-2.0",
    trained_on="Fruits-360 version 2019.05.06.1 (MIT)",
    weights=(
        Weights("package:zoo_vae", f"weights/{_ABOUT['file']}", _ABOUT["size"], _ABOUT["sha256"]),
    ),
    labels=tuple(_ABOUT["labels"]),
    options=(
        Option(
            "temperature",
            "float",
            1.0,
            "scales the latent: lower gives more typical pictures",
            (0.1, 2.0),
        ),
    ),
    can=frozenset({Can.LATENT, Can.LABEL, Can.ENCODE, Can.TRAIN}),
)
