"""A stranger's reward, ``redness``, through the same hook as Zoo's; rewards that break the
contract; a model that cannot be tuned; and the judge that lies in $ZOO_TINTED_JUDGE."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import zoo
from zoo.judge import Judge, ReferenceFile


@zoo.hookimpl
def zoo_rewards():
    return [
        zoo.Reward("redness", "mean red", "zoo_tinted:redness"),
        zoo.Reward("sameness", "nearness to one picture: all look alike", "zoo_tinted:sameness"),
        zoo.Reward("flat", "gives no gradient", "zoo_tinted:flat"),
        zoo.Reward("scalar", "one number for all", "zoo_tinted:scalar"),
        zoo.Reward("broken", "raises", "zoo_tinted:broken"),
    ]


@zoo.hookimpl
def zoo_models():
    return [
        zoo.Card(
            id="stamp.none",
            family="stamp",
            summary="Always the same",
            factory="zoo_tinted:nothing",
            size=(64, 64),
            params=0,
            licence="CC0-1.0",
            trained_on="nothing",
        )
    ]


@zoo.hookimpl
def zoo_judges():
    folder = os.environ.get("ZOO_TINTED_JUDGE")
    if not folder:
        return []
    about = json.loads((Path(folder) / "judge.json").read_text())
    weights = zoo.Weights(f"local-dir:{folder}", about["file"], about["size"], about["sha256"])
    return [
        Judge(
            "tinted", "Knows colours", "zoo_judge.network:build", weights, tuple(about["labels"]),
            32, "CC0-1.0", "nothing", _references(folder),
        )
    ]  # fmt: skip


def _references(folder):
    """The one that a test has put beside the judge."""
    if not (file := Path(folder) / "discs.safetensors").is_file():
        return ()
    data = file.read_bytes()
    pin = zoo.Weights(f"local-dir:{folder}", file.name, len(data), sha256(data).hexdigest())
    return (ReferenceFile("discs", ("Discs (CC0-1.0)",), pin),)


def redness(device):
    return lambda pictures, labels, names: pictures[:, 0].mean((1, 2))


def sameness(device):
    return lambda pictures, labels, names: -pictures.square().mean((1, 2, 3))


def flat(device):
    return lambda pictures, labels, names: pictures.detach().mean((1, 2, 3))


def scalar(device):
    return lambda pictures, labels, names: pictures.mean()


def broken(device):
    def reward(pictures, labels, names):
        raise IndexError("out of paint")

    return reward
