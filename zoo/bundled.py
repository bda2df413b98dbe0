"""Files that lie inside an import package, each with a JSON file beside that describes it: weights
that ``zoo train`` wrote, and references of data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

from .judge import ReferenceFile
from .weights import Weights


@dataclass(frozen=True)
class Bundled:
    """What a card or a judge needs to know of its weights."""

    weights: Weights
    params: int
    labels: tuple[str, ...]
    trained_on: str
    licence: str
    trained_with: tuple[str, ...]


def bundled(package: str, name: str) -> Bundled:
    """The weights ``weights/NAME.safetensors`` of an import package, described by ``NAME.json``."""
    table = json.loads((files(package) / "weights" / f"{name}.json").read_text("utf-8"))
    return Bundled(
        weights=Weights(
            f"package:{package}", f"weights/{table['file']}", table["size"], table["sha256"]
        ),
        params=table["params"],
        labels=tuple(table["labels"]),
        trained_on=table["trained_on"],
        licence=table["licence"],
        trained_with=tuple(table.get("trained_with", ())),
    )


def bundled_reference(package: str, name: str) -> ReferenceFile:
    """The reference ``references/NAME.safetensors`` of an import package, by ``NAME.json``."""
    table = json.loads((files(package) / "references" / f"{name}.json").read_text("utf-8"))
    file = Weights(
        f"package:{package}", f"references/{table['file']}", table["size"], table["sha256"]
    )
    return ReferenceFile(table["name"], tuple(table["trained_on"]), file, table.get("remark", ""))
