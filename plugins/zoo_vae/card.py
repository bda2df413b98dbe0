"""The card of ``vae-lite.fruits360``."""

from __future__ import annotations

from zoo.bundled import bundled
from zoo.card import Can, Card
from zoo.option import Option

_ID = "vae-lite.fruits360"
_ABOUT = bundled("zoo_vae", _ID)

FRUITS = Card(
    id=_ID,
    family="vae",
    summary="Fruits on white, 103 kinds: an autoencoder with a learned prior, trained by Zoo",
    factory="zoo_vae.model:build",
    size=(64, 64),
    params=_ABOUT.params,
    licence=_ABOUT.licence,
    trained_on=_ABOUT.trained_on,
    trained_with=_ABOUT.trained_with,
    weights=(_ABOUT.weights,),
    labels=_ABOUT.labels,
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
