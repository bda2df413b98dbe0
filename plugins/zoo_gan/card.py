"""The card of ``stylegan-lite.fruits360``."""

from __future__ import annotations

from zoo.bundled import bundled
from zoo.card import Can, Card
from zoo.option import Option

_ID = "stylegan-lite.fruits360"
_ABOUT = bundled("zoo_gan", _ID)

FRUITS = Card(
    id=_ID,
    family="gan",
    summary="Fruits on white, 103 kinds: a style-based, label-conditional GAN trained by Zoo",
    factory="zoo_gan.model:build",
    size=(64, 64),
    params=_ABOUT.params,
    licence=_ABOUT.licence,
    trained_on=_ABOUT.trained_on,
    trained_with=_ABOUT.trained_with,
    weights=(_ABOUT.weights,),
    labels=_ABOUT.labels,
    options=(
        Option(
            "truncation",
            "float",
            1.0,
            "1 gives the widest variety, lower values pictures nearer to their label's mean style",
            (0.0, 1.0),
        ),
    ),
    can=frozenset({Can.LATENT, Can.LABEL, Can.TRAIN}),
)
