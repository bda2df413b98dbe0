"""Replaying: make a picture again from the record in its manifest, and say how near it comes.

The record of an untrusted manifest is a stranger's data: its model must be registered here, its
options, size and batch pass the same checks as a user's, and its weights are known by sha256.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import MAX_BYTES, open_picture
from zoo_provenance.record import Record
from zoo_provenance.softbinding import SoftBinding
from zoo_provenance.visible import draw_label
from zoo_provenance.watermark import PUBLIC_KEY, can_carry, embed
from zoo_provenance.watermark_key import key_file, own_key

from .card import Can, Card
from .errors import ReplayError, UsageError
from .generation import Picture
from .input_picture import InputPicture
from .loading import build_model
from .recorded import begun_with, read_recorded, with_words
from .remaking import recorded_files, replayable_card
from .safetensor import VerifiedFile
from .scaling import scale
from .versions import differing, installed, versions_of

CLOSE = 30.0
"""Peak signal-to-noise ratio in dB from which a replay counts as close."""


class Nearness(StrEnum):
    """How near a replay came to the pixels of the file."""

    IDENTICAL = "identical"
    CLOSE = "close"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Replay:
    """A picture made again, compared with the file it was read from.

    ``max_difference`` and ``mean_difference`` are of bytes, 0 to 255; ``psnr`` is in dB, None where
    nothing differs. ``scaled``: the file has another size than was recorded, so that the replay was
    scaled to it before comparing.
    """

    recorded: Record
    picture: Picture = field(repr=False)
    nearness: Nearness
    max_difference: int
    mean_difference: float
    psnr: float | None
    scaled: bool


def replay(
    path: str | os.PathLike[str],
    *,
    weights: str | Path | None = None,
    model: str | None = None,
    image: str | os.PathLike[str] | None = None,
) -> Replay:
    """Make the picture at ``path`` again, on the kind of device it was made on where there is one.

    ``model`` says where the recorded model is, if not in the catalogue: a folder of ``zoo train``,
    ``hf-hub:OWNER/NAME@COMMIT`` or another reference, which is fetched. Unnamed, a model that the
    record says is from the Hub must be in the Hub's cache already: nothing is fetched because a
    record says so. ``image`` is the picture that it was made from, if it was made from one. A
    prompt that was not signed is taken from the ledger here. ``weights`` is a file (or
    ``local-dir:PATH``) to use where others than the recorded ones are installed. Raises
    PictureError where the file cannot be read, ReplayError where it carries no record or cannot be
    made again here, WeightsError for a damaged weights file.
    """
    data = _read(Path(path))
    found = read_recorded(data, os.fspath(path))
    card = replayable_card(found.record, model, from_cache=True)
    recorded = found.record
    if Can.PROMPT in card.can and recorded.prompt is None:
        recorded = with_words(found, data)
    begun = begun_with(recorded, image)
    try:
        files = recorded_files(recorded, card, weights, fetch=model is not None)
        picture = _make_again(recorded, card, files, begun)
    except UsageError as error:
        others = differing(recorded.versions, installed(recorded.versions) | versions_of(card))
        told = f" (made by {'; '.join(others)})" if others else ""
        raise ReplayError(
            f"{os.fspath(path)}: its record does not fit {card.id}: {error}{told}"
        ) from error
    again = _marked(picture.pixels, recorded.visible_label, found.watermark)
    return _compare(recorded, picture, again, np.asarray(open_picture(data)))


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PictureError(f"{path}: no such file")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror}") from error


def _make_again(
    recorded: Record, card: Card, files: tuple[VerifiedFile, ...], begun: InputPicture | None
) -> Picture:
    assert recorded.seed is not None
    assert recorded.index is not None
    try:
        model = build_model(card, files, recorded.device)
    except UsageError:
        model = build_model(card, files, None)  # made on a device that is not here
    (batch,) = model.generate_batches(
        recorded.index + 1,
        recorded.seed,
        label=recorded.label,
        prompt=recorded.prompt,
        image=begun,
        size=recorded.size if card.size_step or recorded.size is None else max(recorded.size),
        native_size=recorded.native_size,
        batch=recorded.batch,
        options=dict(recorded.options),
        indices=[recorded.index],
    )
    (picture,) = batch
    return picture


def _marked(
    pixels: NDArray[np.uint8], label: str | None, watermark: SoftBinding | None
) -> NDArray[np.uint8]:
    """The pixels as they were written: with the visible label, and the watermark that the manifest
    names."""
    if label is not None:
        pixels = np.asarray(draw_label(Image.fromarray(pixels), label))
    if watermark is None or not can_carry(*pixels.shape[:2]):
        return pixels
    key = own_key() if watermark.own_key else PUBLIC_KEY
    if key is None:
        raise ReplayError(
            "its watermark is under a key that is not here, so the pixels cannot be compared; "
            f"replay it where it was made, or put that installation's key at {key_file()}"
        )
    return embed(pixels, watermark.id, key=key)


def _compare(
    recorded: Record, picture: Picture, again: NDArray[np.uint8], pixels: NDArray[np.uint8]
) -> Replay:
    height, width = pixels.shape[:2]
    scaled = again.shape[:2] != (height, width)
    again = scale(again, (height, width)) if scaled else again
    difference = np.abs(again.astype(np.int16) - pixels)
    error = float(np.mean(np.square(difference, dtype=np.float64)))
    psnr = None if error == 0 else float(10 * np.log10(255**2 / error))
    if psnr is None:
        nearness = Nearness.CLOSE if scaled else Nearness.IDENTICAL
    else:
        nearness = Nearness.CLOSE if psnr >= CLOSE else Nearness.DIFFERENT
    return Replay(
        recorded,
        picture,
        nearness,
        int(difference.max()),
        float(difference.mean()),
        psnr,
        scaled,
    )
