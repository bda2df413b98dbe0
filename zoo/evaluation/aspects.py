"""What measures are about: those of one aspect overlap, and do not count several times.

A set that is nearer the reference in one distance mostly is so in the other, and precision and
density ask the same question of the same neighbourhoods; a count of measures would count that
question as often as it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .comparison import Difference

_ASPECTS = {
    "frechet_distance": "distance from the reference",
    "kernel_distance": "distance from the reference",
    "precision": "fidelity",
    "density": "fidelity",
    "recall": "variety",
    "coverage": "variety",
    "vendi_score": "variety",
    "inception_score": "labels",
    "label_accuracy": "labels",
    "near_train_share": "copying",
    "spectrum_distance": "spectrum",
}


def aspect_of(measure: str) -> str:
    """Of a plugin's measure: its own name."""
    return _ASPECTS.get(measure, measure)


@dataclass(frozen=True)
class Standing:
    """One set beside another: the aspects in which some measure says that it is ahead and none that
    the other is, with these measures; in ``split``, measures of one aspect disagree."""

    one: str
    other: str
    ahead: dict[str, dict[str, list[str]]]
    split: tuple[str, ...]
    no_gain: tuple[str, ...]


def standings(differences: Sequence[Difference]) -> list[Standing]:
    """Of every two sets that were compared."""
    pairs: dict[tuple[str, str], list[Difference]] = {}
    for each in differences:
        pairs.setdefault((each.one, each.other), []).append(each)
    return [_standing(one, other, found) for (one, other), found in pairs.items()]


def _standing(one: str, other: str, found: Sequence[Difference]) -> Standing:
    leads: dict[str, dict[str, list[str]]] = {}
    for each in found:
        if each.ahead is not None:
            of_aspect = leads.setdefault(aspect_of(each.measure), {})
            of_aspect.setdefault(each.ahead, []).append(each.shown)
    ahead: dict[str, dict[str, list[str]]] = {one: {}, other: {}}
    for aspect, by_set in leads.items():
        if len(by_set) == 1:
            ((name, measures),) = by_set.items()
            ahead[name][aspect] = measures
    split = tuple(aspect for aspect, by_set in leads.items() if len(by_set) > 1)
    return Standing(one, other, ahead, split, tuple(d.shown for d in found if d.no_gain))


def in_words(standing: Standing) -> str:
    """One sentence or two on a pair."""
    said = [
        f"{name} is ahead in {_listed(aspects)}"
        for name, aspects in standing.ahead.items()
        if aspects
    ]
    if standing.split:
        said.append(f"the measures of {', '.join(standing.split)} disagree")
    text = "; ".join(said) or "neither is ahead in anything"
    more = ""
    if standing.no_gain:
        more = (
            f" Not counted, since both do as well as real pictures: {', '.join(standing.no_gain)}."
        )
    return f"{standing.one} and {standing.other}: {text}.{more}"


def _listed(aspects: dict[str, list[str]]) -> str:
    return ", ".join(f"{aspect} ({', '.join(shown)})" for aspect, shown in aspects.items())
