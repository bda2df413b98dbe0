"""What a plugin's hooks may answer: each check returns (name, thing) pairs, or PluginError."""

from __future__ import annotations

from typing import Any

from zoo_provenance.evidence import Kind

from .card import Card
from .command import Command
from .errors import PluginError
from .judge import Judge
from .measure import Measure
from .reward import Reward
from .scheme import Scheme
from .training.trainer import Trainer


def check_models(answer: object) -> list[tuple[str, Any]]:
    """The cards of ``zoo_models`` by id."""
    cards = _list_of("zoo_models", answer, Card)
    for card in cards:
        if card.by_reference:
            raise PluginError(f"zoo_models: {card.id!r} is a reference; an id is architecture.tag")
    return [(card.id, card) for card in cards]


def check_schemes(answer: object) -> list[tuple[str, Any]]:
    """The schemes of ``zoo_schemes`` by prefix."""
    return [(scheme.prefix, scheme) for scheme in _list_of("zoo_schemes", answer, Scheme)]


def check_trainers(answer: object) -> list[tuple[str, Any]]:
    """The trainers of ``zoo_trainers`` by name."""
    return [(trainer.name, trainer) for trainer in _list_of("zoo_trainers", answer, Trainer)]


def check_judges(answer: object) -> list[tuple[str, Any]]:
    """The judges of ``zoo_judges`` by name."""
    return [(judge.name, judge) for judge in _list_of("zoo_judges", answer, Judge)]


def check_rewards(answer: object) -> list[tuple[str, Any]]:
    """The rewards of ``zoo_rewards`` by name."""
    return [(reward.name, reward) for reward in _list_of("zoo_rewards", answer, Reward)]


def check_measures(answer: object) -> list[tuple[str, Any]]:
    """The measures of ``zoo_measures`` by name."""
    return [(measure.name, measure) for measure in _list_of("zoo_measures", answer, Measure)]


def check_commands(answer: object) -> list[tuple[str, Any]]:
    """The commands of ``zoo_commands`` by name."""
    return [(command.name, command) for command in _list_of("zoo_commands", answer, Command)]


def check_examiners(answer: object) -> list[tuple[str, Any]]:
    """The examiners of ``zoo_examiners`` by name."""
    found = []
    for examiner in _list_of("zoo_examiners", answer, object):
        name, kind = getattr(examiner, "name", None), getattr(examiner, "kind", None)
        if not isinstance(name, str) or not callable(getattr(examiner, "examine", None)):
            raise PluginError(f"zoo_examiners: {examiner!r} is no Examiner (name, kind, examine)")
        if kind not in (Kind.CLAIM, Kind.STATISTIC):
            raise PluginError(
                f"zoo_examiners: {name} is of kind {str(kind)!r}; a plugin's evidence is a claim "
                "or a statistic"
            )
        found.append((name, examiner))
    return found


def _list_of(hook: str, answer: object, kind: type) -> list[Any]:
    if not isinstance(answer, list | tuple):
        raise PluginError(f"{hook} returned {str(answer)[:80]!r}; expected a list")
    for item in answer:
        if not isinstance(item, kind):
            raise PluginError(
                f"{hook} returned a list with {str(item)[:80]!r}, which is no {kind.__name__}"
            )
    return list(answer)
