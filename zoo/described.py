"""The JSON file beside weights that describes their model: read, and held to what it may say.

``zoo train`` and ``zoo tune`` write it, and a repository on the Hub holds it as ``zoo.json``. It
may be a stranger's: it names an architecture, whose card brings all that runs.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .card import Can, Card
from .errors import UnknownNameError, WeightsError
from .packages import NAME, VERSION, Package
from .plugins import plugin_manager
from .weights import MAX_BYTES, Weights

KEYS = {"id", "file", "size", "sha256", "params", "labels", "trained_on"}
"""Without these a file describes no model."""
MAX_JSON = 2**20
"""Largest such file that is read, in bytes."""
MOST_TEXT = 2000
MOST_LABELS = 10_000
MOST_LABEL = 255
_FILE = re.compile(r"\w[\w.-]*\.safetensors", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}")
_SIDES = range(8, 4097)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls of a terminal, of lines and of the direction of writing, and halves of characters."""


@dataclass(frozen=True)
class Described:
    """A model as its JSON file describes it. ``side`` of a picture is in pixels, ``size`` of the
    weights ``file`` in bytes; what is None the file does not say. ``plugin`` is the package that is
    said to bring the architecture: it is shown, and never installed."""

    architecture: str
    file: str
    size: int
    sha256: str
    params: int
    labels: tuple[str, ...]
    trained_on: str
    trained_with: tuple[str, ...] = ()
    side: int | None = None
    summary: str | None = None
    licence: str | None = None
    plugin: Package | None = None

    def card(self, tag: str, source: str, *, summary: str, licence: str) -> Card:
        """The card ``ARCHITECTURE.TAG``: the architecture's, with these labels and size, and the
        weights at ``source``. ``summary`` and ``licence`` are for a file that says none.

        Raises UnknownNameError where no plugin here brings the architecture.
        """
        base = _base(self.architecture, self.plugin)
        labels = self.labels
        return dataclasses.replace(
            base,
            id=f"{base.architecture}.{tag}",
            summary=self.summary or summary,
            licence=self.licence or licence,
            trained_on=self.trained_on,
            trained_with=self.trained_with,
            params=self.params,
            labels=labels,
            can=base.can | {Can.LABEL} if labels else base.can - {Can.LABEL},
            size=(self.side, self.side) if self.side is not None else base.size,
            weights=(Weights(source, self.file, self.size, self.sha256),),
        )


def read_table(path: Path) -> dict[str, Any] | None:
    """The table of a JSON file that describes weights; None where it is anything else."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_JSON:
            return None
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) and table.keys() >= KEYS else None


def described(table: Mapping[str, Any], where: str) -> Described:
    """What a table says, checked. Raises WeightsError, which names ``where`` and what is wrong."""
    try:
        return Described(
            architecture=_text(table, "id"),
            file=_match(table, "file", _FILE, "a plain name that ends in .safetensors"),
            size=_integer(table, "size", range(1, MAX_BYTES + 1)),
            sha256=_match(table, "sha256", _HEX, "64 hex digits"),
            params=_integer(table, "params", range(10**13)),
            labels=_texts(table, "labels"),
            trained_on=_text(table, "trained_on"),
            trained_with=_texts(table, "trained_with") if "trained_with" in table else (),
            side=_integer(table, "side", _SIDES) if "side" in table else None,
            summary=_text(table, "summary") if "summary" in table else None,
            licence=_text(table, "licence") if "licence" in table else None,
            plugin=_package(table, "plugin") if "plugin" in table else None,
        )
    except (ValueError, KeyError) as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise WeightsError(f"{where} does not describe a model: {why}") from error


def _text(table: Mapping[str, Any], key: str) -> str:
    return _one_line(key, table[key], MOST_TEXT)


def _one_line(key: str, value: object, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise ValueError(f"{key} {str(value)[:40]!a} is no text of 1 to {most} characters")
    if _UNSEEN.search(value):
        raise ValueError(f"{key} {value[:40]!a} is not one plain line of text")
    return value


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = table[key]
    if not isinstance(values, list) or len(values) > MOST_LABELS:
        raise ValueError(f"{key} is no list of at most {MOST_LABELS} texts")
    return tuple(_one_line(key, value, MOST_LABEL) for value in values)


def _integer(table: Mapping[str, Any], key: str, allowed: range) -> int:
    value = table[key]
    if type(value) is not int or value not in allowed:
        raise ValueError(
            f"{key} {str(value)[:40]!a} is no whole number from {allowed[0]} to {allowed[-1]}"
        )
    return value


def _package(table: Mapping[str, Any], key: str) -> Package:
    try:
        found = dict(table[key])
    except (TypeError, ValueError) as error:
        raise ValueError(f"{key} is no table of package and version") from error
    return Package(
        _match(found, "package", NAME, "the name of a package"),
        _match(found, "version", VERSION, "the version of a package"),
    )


def _match(table: Mapping[str, Any], key: str, pattern: re.Pattern[str], expected: str) -> str:
    value = table[key]
    if not isinstance(value, str) or len(value) > MOST_LABEL or not pattern.fullmatch(value):
        raise ValueError(f"{key} {str(value)[:40]!a} is not {expected}")
    return value


def _base(architecture: str, claimed: Package | None) -> Card:
    manager = plugin_manager()
    cards = manager.cards()
    for card in cards:
        if card.architecture == architecture:
            return card
    said = "" if claimed is None else f"; it is said to come with {claimed}, which nobody checked"
    hint = f"its plugin is not installed here{said}; zoo plugins lists those that are"
    known = [card.architecture for card in cards]
    raise UnknownNameError("architecture", architecture, known, f"({hint}{manager.failed()})")
