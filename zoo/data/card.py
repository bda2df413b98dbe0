"""The data card, ``data.json``: what a packed data set holds, where it is from, who allows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoo.errors import DataError
from zoo_provenance.atomic import write_atomically

CARD = "data.json"
UNFINISHED = "unfinished"
"""The folder, in that of a data set, of a preparation that was broken off."""
SCHEMA = 1
UNKNOWN = "licence unknown"
_PARTS: dict[str, type] = {"name": str, "size": int, "labels": list, "counts": dict}


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a packed data set.

    Raises DataError, with what to do next, where there is none or it is of another version.
    """
    path = folder / CARD
    try:
        card = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise DataError(_missing(folder)) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is damaged ({error}); prepare the data set again") from error
    if not isinstance(card, dict) or card.get("schema") != SCHEMA:
        raise DataError(f"{path} is no data card of schema {SCHEMA}; prepare the data set again")
    if wrong := [name for name, kind in _PARTS.items() if not isinstance(card.get(name), kind)]:
        raise DataError(f"{path} lacks {', '.join(wrong)}; prepare the data set again")
    return card


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write the card, atomically. Raises OSError."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    # A file name that is no UTF-8 becomes the JSON escape of its surrogates.
    write_atomically(folder / CARD, f"{text}\n".encode("utf-8", "backslashreplace"))


def about(card: Mapping[str, Any]) -> str:
    """The data and their licences in a line: ``"Discs (CC0-1.0)"``."""
    licences = list(card.get("licences", {})) or [UNKNOWN]
    more = f" and {len(licences) - 3} more" if len(licences) > 3 else ""
    return f"{card['name']} ({', '.join(licences[:3])}{more})"


def _missing(folder: Path) -> str:
    if not folder.is_dir():
        return f"there is no folder {folder}; make a data set first: zoo data prepare SRC OUT"
    if (folder / UNFINISHED).is_dir():
        return (
            f"{folder} is an unfinished data set; "
            "the same zoo data prepare command, given again, goes on with it"
        )
    return (
        f"{folder} is no packed data set (it has no {CARD}); "
        f"pack its pictures first: zoo data prepare {folder} OUT"
    )
