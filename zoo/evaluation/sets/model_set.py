"""The pictures of a model: at native size, as bytes, without marks; made again each time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.card import Card
from zoo.devices import default_batch
from zoo.errors import UsageError
from zoo.evaluation.sampling import proportional_labels
from zoo.request import Request
from zoo.versions import plugin_of

from .picture_set import Found, PictureSet, Pixels

if TYPE_CHECKING:
    from zoo.generation import Model


class ModelSet(PictureSet):
    """Pictures 0 to ``n`` of ``seed``. Picture i has the i-th label of a shuffled list in the
    proportions of ``like``, or of the card's labels, equally many of each."""

    busy = True

    def __init__(
        self,
        card: Card,
        *,
        n: int,
        seed: int,
        options: Mapping[str, Any],
        like: Sequence[str] | None,
        device: str | None,
    ) -> None:
        from zoo.extras import require_models

        require_models()
        self.card, self.seed, self._device = card, seed, device
        self.options = card.check_options(options)
        self._asked = _labels(card, like, n, seed)
        labels = [card.labels[label] for label in self._asked] if self._asked else None
        digest = hashlib.sha256(self._identity(n).encode()).hexdigest()
        super().__init__(card.id, digest, [f"picture {i}" for i in range(n)], labels)

    def _identity(self, n: int) -> str:
        """All that makes the pictures."""
        import torch

        facts = {
            "id": self.card.id,
            "weights": [weights.sha256 for weights in self.card.weights],
            "size": self.card.size,
            "seed": self.seed,
            "n": n,
            "labels": self._asked,
            "options": self.options,
            "device": self._device,
            "torch": torch.__version__,
            "plugin": plugin_of(self.card),
        }
        return json.dumps(facts, sort_keys=True, default=str)

    @cached_property
    def model(self) -> Model:
        """Loaded when its first picture is wanted."""
        from zoo.loading import load_card

        return load_card(self.card, device=self._device)

    def sizes(self) -> set[tuple[int, int]]:
        return {self.card.size}

    def each(
        self, places: Sequence[int], do: Callable[[Pixels], Found]
    ) -> Iterator[tuple[int, Found]]:
        from zoo.running import final_pixels

        batch = default_batch(self.card.size, self.model.device)
        for start in range(0, len(places), batch):
            indices = tuple(places[start : start + batch])
            labels = tuple(self._asked[i] for i in indices) if self._asked else ()
            request = Request(self.seed, indices, self.card.size, labels, options=self.options)
            for place, picture in zip(indices, final_pixels(self.model, request), strict=True):
                yield place, do(picture)


def _labels(card: Card, like: Sequence[str] | None, n: int, seed: int) -> list[int]:
    """An index into the card's labels for each picture; empty where the model has none."""
    if not card.labels:
        return []
    if like is None:
        reference = np.arange(len(card.labels))
    else:
        folded = {label.casefold(): index for index, label in enumerate(card.labels)}
        known = [folded.get(label.casefold()) for label in like]
        reference = np.array([index for index in known if index is not None], dtype=np.int64)
        if not len(reference):
            raise UsageError(
                f"{card.id} knows none of the labels of what it is compared with "
                f"({', '.join(sorted(set(like))[:3])} …)"
            )
    return [int(label) for label in proportional_labels(reference, n, seed=seed)]
