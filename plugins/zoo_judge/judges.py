"""The bundled judges. Size, sha256 and labels come from the JSON files that the export wrote
beside the weights."""

from __future__ import annotations

import json
from importlib.resources import files

from zoo.judge import Judge
from zoo.weights import Weights


def _judge(name: str, summary: str, trained_on: str) -> Judge:
    path = files("zoo_judge") / "weights" / f"judge.{name}.json"
    about = json.loads(path.read_text("utf-8"))
    return Judge(
        name=name,
        summary=summary,
        factory="zoo_judge.network:build",
        weights=Weights(
            "package:zoo_judge", f"weights/{about['file']}", about["size"], about["sha256"]
        ),
        labels=tuple(about["labels"]),
        size=64,
        licence="Apache-2.0",
        trained_on=trained_on,
    )


FRUITS = _judge(
    "fruits360",
    "Tells 103 kinds of fruit apart: the label classifier of the bundled models",
    "Fruits-360 version 2019.05.06.1 (MIT)",
)
EUROSAT = _judge(
    "eurosat",
    "Tells ten kinds of land apart from above: a judge that has never seen fruit",
    "EuroSAT (MIT)",
)
