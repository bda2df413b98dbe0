"""Making pictures again as evidence, from strangers' records: installed models, bounded work."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo_provenance.errors import ProvenanceError
from zoo_provenance.examiners.replay import CannotReplay
from zoo_provenance.record import Record
from zoo_provenance.visible import draw_label

from .card import Card
from .errors import ZooError
from .generation import Model
from .loading import build_model
from .one_line import in_one_line
from .remaking import recorded_files, replayable_card

_MOST_SIDE = 1024  # of the picture that is made; it is compared at a few thousand pixels


def _sizes(card: Card, record: Record) -> dict[str, Any]:
    """The arguments that say how large; of a model that makes any size, at most _MOST_SIDE."""
    if not card.size_step or record.size is None:
        return {"size": None if record.size is None else min(max(record.size), _MOST_SIDE)}
    native = record.native_size or card.size
    if max(*native, *record.size) > _MOST_SIDE:
        raise CannotReplay(f"it is larger than {_MOST_SIDE} pixels, too much work to prove it by")
    return {"size": record.size, "native_size": native}


class Remaker:
    """Makes the picture of a record, uint8 (H, W, 3), without its watermark; keeps the last model.

    Each picture is made alone, whatever the batch it was made in: that bounds the work, and
    changes it by less than re-encoding does. A model's options, checked as a user's are, bound its
    steps; nothing is fetched.
    """

    def __init__(self) -> None:
        self._model: Model | None = None

    def __call__(self, record: Record) -> NDArray[np.uint8]:
        """Raises CannotReplay."""
        try:
            return self._make(record)
        except (ZooError, ProvenanceError) as error:
            raise CannotReplay(str(error)) from error
        except Exception as error:  # a model may be anybody's code
            raise CannotReplay(f"{record.model} failed to make it: {in_one_line(error)}") from error

    def _make(self, record: Record) -> NDArray[np.uint8]:
        card = replayable_card(record)
        if record.inputs:
            raise CannotReplay("it was made from another picture, which is not at hand")
        assert record.seed is not None
        assert record.index is not None
        (batch,) = self._load(record, card).generate_batches(
            record.index + 1,
            record.seed,
            label=record.label,
            prompt=record.prompt,
            **_sizes(card, record),
            batch=1,
            options=dict(record.options),
            indices=[record.index],
        )
        (picture,) = batch
        if record.visible_label is None:
            return picture.pixels
        return np.asarray(draw_label(Image.fromarray(picture.pixels), record.visible_label))

    def _load(self, record: Record, card: Card) -> Model:
        known = self._model
        if known is None or known.card is not card or known.weights != record.weights:
            self._model = known = build_model(card, recorded_files(record, card), None)
        return known
