"""Models that ``zoo train`` or ``zoo tune`` made: a folder with weights and a JSON file beside.

They are named by the folder: ``local-dir:FOLDER``, or the path alone.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path
from typing import Any

from .card import Can, Card
from .errors import UnknownNameError, UsageError, WeightsError
from .plugins import plugin_manager
from .weights import Weights

LOCAL = "local-dir:"
_KEYS = {"id", "file", "size", "sha256", "params", "labels", "trained_on"}
MAX_JSON = 2**20
_RECIPE = "recipe.toml"


def names_folder(name: str) -> bool:
    """Whether a model's name is that of a folder: with the prefix, with a separator, or one that
    is there."""
    separators = {"/", os.sep, os.altsep or os.sep}
    return (
        name.startswith((LOCAL, "~"))
        or any(separator in name for separator in separators)
        or name in (".", "..")
        or Path(name).is_dir()
    )


def holds_model(folder: Path) -> bool:
    """Whether ``folder`` is what ``zoo train`` or ``zoo tune`` made, an unfinished run included."""
    return _described(folder) is not None or (folder / _RECIPE).is_file()


def local_card(name: str) -> Card:
    """The card of ``local-dir:FOLDER`` or ``FOLDER``: its architecture's, with the folder's labels,
    size and weights.

    The id is ``ARCHITECTURE.FOLDER``. Raises UsageError where the folder holds no exported model,
    WeightsError where its JSON file does not fit.
    """
    folder = Path(name.removeprefix(LOCAL)).expanduser()
    path, table = _find(folder)
    base = _base(str(table["id"]))
    labels = tuple(str(label) for label in table["labels"])
    tag = re.sub(r"[^a-z0-9-]+", "-", folder.absolute().name.lower()).strip("-") or "local"
    try:
        return dataclasses.replace(
            base,
            id=f"{base.architecture}.{tag}",
            summary=str(table.get("summary", f"trained here on {table['trained_on']}")),
            licence=str(table.get("licence", "that of whoever trained it")),
            trained_on=str(table["trained_on"]),
            trained_with=tuple(str(name) for name in table.get("trained_with", ())),
            params=table["params"],
            labels=labels,
            can=base.can | {Can.LABEL} if labels else base.can - {Can.LABEL},
            size=(table["side"], table["side"]) if "side" in table else base.size,
            weights=(Weights(f"{LOCAL}{folder}", table["file"], table["size"], table["sha256"]),),
        )
    except Exception as error:
        raise WeightsError(f"{path} does not describe a model: {error}") from error


def _find(folder: Path) -> tuple[Path, dict[str, Any]]:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder} (zoo models lists what is installed)")
    if found := _described(folder):
        return found
    if (folder / _RECIPE).is_file():
        raise UsageError(
            f"the training run in {folder} has exported no model yet; train to its end, or export "
            f"what there is: zoo train --export-only --out {folder}"
        )
    raise UsageError(
        f"{folder} holds no model that zoo train has exported (a .safetensors file with a .json "
        "file beside it)"
    )


def _described(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The first JSON file that describes weights, and its table."""
    for path in sorted(folder.glob("*.json")):
        if path.is_file() and path.stat().st_size <= MAX_JSON:
            try:
                table = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(table, dict) and table.keys() >= _KEYS:
                return path, table
    return None


def _base(architecture: str) -> Card:
    cards = plugin_manager().cards()
    for card in cards:
        if card.architecture == architecture:
            return card
    raise UnknownNameError("architecture", architecture, [c.architecture for c in cards])
