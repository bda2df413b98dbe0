"""Whether a model was trained with the very features that it is measured in.

Such a model has learnt what these features see, as a pupil who was given the questions; its scores
in them are better than its pictures. Weights that ``zoo train`` and ``zoo tune`` wrote say so in
their metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from zoo.card import Card

from .extractor import Extractor


def dependence(card: Card, extractor: Extractor) -> tuple[str, ...]:
    """Notes for beside the scores of the model ``card`` in an extractor's features.

    Raises WeightsError where the weights cannot be read.
    """
    return tuple(
        note
        for weights in card.weights
        for note in _notes(weights.read().metadata(), extractor.name)
    )


def _notes(metadata: dict[str, str], features: str) -> Iterator[str]:
    if _object(_object(metadata.get("recipe")).get("model")).get("judge") == features:
        yield f"trained with the features of {features}: not independent"
    tuned = _object(metadata.get("tuned"))
    if reward := tuned.get("reward"):
        yield f"tuned with the reward {reward}: measures like it are not independent"


def _object(value: Any) -> dict[str, Any]:
    """A JSON object, given as one or as text; empty where it is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
