"""A stranger's plugin: ``tiny``, a GAN that trains in seconds, through the same hooks as Zoo's."""

from __future__ import annotations

import json
from pathlib import Path

import zoo

RECIPE = Path(__file__).with_name("tiny.toml")


@zoo.hookimpl
def zoo_models():
    return [
        zoo.Card(
            id="tiny.none",
            family="tiny",
            summary="Nothing yet: train it",
            factory="zoo_tiny:build_model",
            size=(64, 64),
            params=0,
            licence="CC0-1.0",
            trained_on="nothing",
            labels=("Nothing",),
            can=frozenset({zoo.Can.LATENT, zoo.Can.LABEL, zoo.Can.TRAIN}),
        )
    ]


@zoo.hookimpl
def zoo_trainers():
    return [zoo.Trainer("tiny", "zoo_tiny:build", RECIPE)]


def build(labels, size, model):
    from zoo_tiny_networks import Training

    return Training(labels, size, **model)


def build_model(files, device, dtype):
    from zoo_tiny_networks import Generator, Model

    from zoo.safetensor import load_state

    (file,) = files
    network = Generator(**json.loads(file.metadata()["network"]))
    return Model(load_state(network, file), device, dtype)
