"""What a layer's details look like on the page: labelled rows, of a stranger's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zoo_provenance.source import C2PA, IPTC

from .words import INGREDIENTS, KEYS, RELATIONSHIPS, TRUSTED_BY, Tone

MOST_ROWS = 64
MOST_LEVELS = 5

# Shown elsewhere on the page, or a place on the machine where it was written.
_ELSEWHERE = ("ingredients", "ingredients_left_out", "path")
# Not a stranger's words: ours, the C2PA library's, a trusted certificate's.
_OURS = ("created", "failures", "id", "sha256", "signer", "state", "time_stamp", "trusted_by")


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


def rows_of(details: Mapping[str, Any], level: int = 0) -> tuple[Row, ...]:
    """The details as rows: at most 64 a level, in 5 levels."""
    return tuple(_rows(details, level))


def _rows(details: Mapping[str, Any], level: int) -> Iterator[Row]:
    for key, value in list(details.items())[:MOST_ROWS]:
        if key in _ELSEWHERE or value is None or level >= MOST_LEVELS:
            continue
        label = KEYS.get(key) or str(key).replace("_", " ").capitalize()
        if isinstance(value, Mapping):
            yield Row(label, rows=rows_of(value, level + 1))
        elif isinstance(value, list | tuple):
            yield from _row_of_list(label, value, level, said=key not in _OURS)
        else:
            text = TRUSTED_BY[value] if key == "trusted_by" else _text(value)
            yield Row(label, (text,), said=isinstance(value, str) and key not in _OURS)


def _row_of_list(label: str, values: Sequence[Any], level: int, *, said: bool) -> Iterator[Row]:
    tables = [v for v in values if isinstance(v, Mapping)][:MOST_ROWS]
    single = [v for v in values if not isinstance(v, Mapping | list | tuple)][:MOST_ROWS]
    inner = tuple(Row(str(n), rows=rows_of(v, level + 1)) for n, v in enumerate(tables, start=1))
    if single or inner:
        words = said and any(isinstance(v, str) for v in single)
        yield Row(label, tuple(map(_text, single)), inner, words)


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
        rows_of(shown),
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
