"""What a layer's details look like on the page: labelled rows, of a stranger's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo_provenance.source import C2PA, IPTC

from .words import INGREDIENTS, KEYS, RELATIONSHIPS, TRUSTED_BY, Tone

MOST_ROWS = 64
MOST_LEVELS = 5

# Shown elsewhere on the page, or a place on the machine where it was written.
_ELSEWHERE = ("folder", "ingredients", "ingredients_left_out", "parts", "path")
# What a stranger gave keys to.
_THEIRS = ("record",)
# Texts that are no stranger's: ours, the C2PA library's, a trusted certificate's.
_OURS = """
    added agreeing bits created failures file_sha256 id lies manifest_sha256 means message modified
    says sha256 signer signer_sha256 source state time time_stamp trusted_by
""".split()  # noqa: SIM905


@dataclass(frozen=True)
class Row:
    """One detail: its label, with texts or rows below it. ``said``: the texts are a stranger's."""

    label: str
    texts: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    said: bool = False


@dataclass(frozen=True)
class Ingredient:
    """One picture that another was made from. Texts are a stranger's, but for the badge."""

    tone: Tone
    state: str
    title: str
    role: str
    rows: tuple[Row, ...]
    ingredients: tuple[Ingredient, ...]


def rows_of(details: Mapping[str, Any], *, theirs: bool, level: int = 0) -> tuple[Row, ...]:
    """The details as rows: at most 64 a level, in 5 levels. ``theirs``: the keys are a stranger's,
    too, and stay what they are."""
    return tuple(_rows(details, theirs, level))


def _rows(details: Mapping[str, Any], theirs: bool, level: int) -> Iterator[Row]:
    for key, value in list(details.items())[:MOST_ROWS]:
        if value is None or level >= MOST_LEVELS or (not theirs and key in _ELSEWHERE):
            continue
        label = str(key) if theirs else _label(key)
        said = theirs or key not in _OURS
        if isinstance(value, Mapping):
            below = theirs or key in _THEIRS
            yield Row(label, rows=rows_of(value, theirs=below, level=level + 1))
        elif isinstance(value, list | tuple):
            yield from _row_of_list(label, value, level, theirs=theirs, said=said)
        elif key == "trusted_by" and not theirs:
            yield Row(label, (TRUSTED_BY[value],))
        else:
            yield Row(label, (_text(value),), said=said and isinstance(value, str))


def _label(key: str) -> str:
    return KEYS.get(key) or key.replace("_", " ").capitalize()


def _row_of_list(
    label: str, values: Sequence[Any], level: int, *, theirs: bool, said: bool
) -> Iterator[Row]:
    tables = [v for v in values if isinstance(v, Mapping)][:MOST_ROWS]
    single = [v for v in values if not isinstance(v, Mapping | list | tuple)][:MOST_ROWS]
    inner = tuple(
        Row(str(number), rows=rows_of(table, theirs=theirs, level=level + 1))
        for number, table in enumerate(tables, start=1)
    )
    if single or inner:
        words = said and any(isinstance(v, str) for v in single)
        yield Row(label, tuple(map(_text, single)), inner, words)


def earlier_of(details: Mapping[str, Any]) -> dict[str, Any]:
    """What people want to know of the pictures that ``details["matches"]`` of the index holds."""
    kept = ("added", "modified", "taken", "size")
    earlier = [
        {
            "name": Path(match["path"]).name,
            **{key: match[key] for key in kept},
            "file_sha256": match["sha256"],
            "lies": "the very file" if match["same_file"] else match["alignment"]["words"],
        }
        for match in details.get("matches", ())
    ]
    return {"index": Path(details.get("folder", "")).name, "earlier": earlier}


def ingredients_of(nodes: Sequence[Mapping[str, Any]]) -> tuple[Ingredient, ...]:
    """The tree that ``details["ingredients"]`` holds; it is bounded already."""
    return tuple(map(_ingredient, nodes))


def _ingredient(node: Mapping[str, Any]) -> Ingredient:
    tone, state = INGREDIENTS[node["state"]]
    shown = {k: node[k] for k in ("signer", "generator", "source_types") if k in node}
    role = str(node.get("relationship", ""))
    return Ingredient(
        tone,
        state,
        str(node.get("title", "")),
        RELATIONSHIPS.get(role, role),
        rows_of(shown, theirs=False),
        ingredients_of(node["ingredients"]),
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    text = str(value)
    for vocabulary in (IPTC, C2PA):
        text = text.removeprefix(vocabulary)
    return text
