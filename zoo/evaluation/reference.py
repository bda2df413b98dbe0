"""References that ship with judges: the data of the bundled models, as a judge sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zoo.card import Card

from .extractor import Extractor
from .seen import Seen


@dataclass(frozen=True)
class Reference:
    """A data set's held-out pictures as one extractor sees them, without the pictures.

    ``about`` names data and licence. ``seen`` holds the ``n`` pictures of the test split, ``train``
    those of the training split, less exactly, for nearest neighbours alone; ``labels`` one name for
    each of ``seen``. ``thumbnails`` uint8 (M, S, S, 3) are some of the test pictures.
    """

    name: str
    about: str
    seen: Seen = field(repr=False)
    train: Seen | None = field(repr=False)
    labels: tuple[str, ...] | None = field(repr=False)
    thumbnails: NDArray[np.uint8] | None = field(repr=False)

    @property
    def n(self) -> int:
        """How many pictures ``seen`` holds."""
        return len(self.seen)


def reference_for(data: Card | str, extractor: Extractor) -> Reference | None:
    """The reference of the data that a model was trained on, or of data by name (``fruits360``), in
    an extractor's features; None where none ships. Raises WeightsError for a damaged file."""
    del data, extractor
    return None


def reference_labels(card: Card) -> Sequence[str] | None:
    """The label of each held-out picture of a model's data; None where no reference ships.

    In its proportions a model is asked (``open_set(like=…)``).
    """
    del card
    return None
