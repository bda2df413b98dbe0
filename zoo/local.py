"""Models that ``zoo train`` or ``zoo tune`` made: a folder with weights and a JSON file beside.

They are named by the folder: ``local-dir:FOLDER``, or the path alone.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from .card import Card
from .described import described, read_table
from .errors import UnknownNameError, UsageError, WeightsError, ZooError

LOCAL = "local-dir:"
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
    path, table = find_described(folder)
    found = described(table, str(path))
    tag = re.sub(r"[^a-z0-9-]+", "-", folder.absolute().name.lower()).strip("-") or "local"
    try:
        return found.card(
            tag,
            f"{LOCAL}{folder}",
            summary=f"trained here on {found.trained_on}",
            licence="that of whoever trained it",
        )
    except UnknownNameError:
        raise
    except ZooError as error:
        raise WeightsError(f"{path} does not describe a model: {error}") from error


def find_described(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The JSON file in ``folder`` that describes a model, and its table. Raises UsageError."""
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
    tables = ((path, read_table(path)) for path in sorted(folder.glob("*.json")))
    return next(((path, table) for path, table in tables if table is not None), None)
