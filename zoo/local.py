"""Models that ``zoo train`` made: a folder with weights and the JSON file beside them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

from .card import Card
from .errors import UnknownNameError, UsageError, WeightsError
from .plugins import plugin_manager
from .weights import Weights

LOCAL = "local-dir:"
_KEYS = {"id", "file", "size", "sha256", "params", "labels", "trained_on"}
MAX_JSON = 2**20


def local_card(name: str) -> Card:
    """The card of ``local-dir:FOLDER``: its architecture's, with the folder's labels and weights.

    The id is ``ARCHITECTURE.FOLDER``. Raises UsageError where the folder holds no exported model,
    WeightsError where its JSON file does not fit.
    """
    folder = Path(name.removeprefix(LOCAL)).expanduser()
    path, table = _find(folder)
    base = _base(str(table["id"]))
    tag = re.sub(r"[^a-z0-9-]+", "-", folder.absolute().name.lower()).strip("-") or "local"
    try:
        return dataclasses.replace(
            base,
            id=f"{base.architecture}.{tag}",
            summary=f"trained here on {table['trained_on']}",
            licence="that of whoever trained it",
            trained_on=str(table["trained_on"]),
            params=table["params"],
            labels=tuple(str(label) for label in table["labels"]),
            weights=(Weights(f"{LOCAL}{folder}", table["file"], table["size"], table["sha256"]),),
        )
    except Exception as error:
        raise WeightsError(f"{path} does not describe a model: {error}") from error


def _find(folder: Path) -> tuple[Path, dict[str, Any]]:
    candidates = sorted(folder.glob("*.json")) if folder.is_dir() else []
    for path in candidates:
        if path.is_file() and path.stat().st_size <= MAX_JSON:
            try:
                table = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError, RecursionError):
                continue
            if isinstance(table, dict) and table.keys() >= _KEYS:
                return path, table
    raise UsageError(
        f"{folder} holds no model that zoo train has exported (a .safetensors file with a .json "
        "file beside it); train to the end first"
    )


def _base(architecture: str) -> Card:
    cards = plugin_manager().cards()
    for card in cards:
        if card.architecture == architecture:
            return card
    raise UnknownNameError("architecture", architecture, [c.architecture for c in cards])
