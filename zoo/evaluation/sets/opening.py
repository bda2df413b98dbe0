"""From a word of the command line to a set of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zoo.card import Card
from zoo.catalogue import find_card
from zoo.data.card import CARD
from zoo.data.pack import Split
from zoo.errors import UnknownNameError, UsageError
from zoo.evaluation.reference import data_names, reference_labels
from zoo.hub.reference import HUB
from zoo.local import LOCAL, holds_model, names_folder
from zoo.plugins import plugin_manager
from zoo.referenced import names_scheme

from .picture_set import PictureSet

MOST = 5000
"""Pictures of a set, unless more are asked for."""
_SPLITS: tuple[Split, ...] = ("train", "test")


def open_set(
    text: str,
    *,
    n: int = MOST,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    like: Sequence[str] | None = None,
    device: str | None = None,
) -> PictureSet:
    """The set that ``text`` names:

    - a model: an id, an alias, the folder of one that ``zoo train`` made, or a reference, such as
      ``hf-hub:OWNER/NAME``. Pictures 0 to ``n`` of ``seed`` at native size, unmarked; their labels
      in the proportions of ``like`` (the labels of the pictures that they are compared with), by
      default those of the reference that ships for its data, else equally many of each;
    - a packed data set, ``FOLDER``, ``FOLDER:test`` (the same) or ``FOLDER:train``;
    - a folder of pictures, whose sub-folders are labels.

    Of a larger set ``n`` pictures are drawn by ``seed``. ``options`` and ``device`` are a model's.
    Raises UnknownNameError, UsageError, DataError, WeightsError or MissingExtraError.
    """
    if type(n) is not int or n < 1:
        raise UsageError(f"n is {n!r}; expected at least 1 picture")
    folder, split = _folder(text)
    if folder is None or (split is None and holds_model(folder)):
        from .model_set import ModelSet

        card = _card(text)
        like = reference_labels(card) if like is None else like
        return ModelSet(card, n=n, seed=seed, options=options or {}, like=like, device=device)
    if options:
        raise UsageError(f"{text} is no model, so it has no options ({', '.join(options)})")
    if split is not None or (folder / CARD).is_file():
        from .pack_set import open_pack

        return open_pack(text, folder, split or "test", n=n, seed=seed)
    from .folder_set import open_folder

    return open_folder(text, folder, n=n, seed=seed)


def _card(text: str) -> Card:
    """Raises UnknownNameError, which says what sets there are."""
    try:
        return find_card(text)
    except UnknownNameError as error:
        manager = plugin_manager()
        names = [card.id for card in manager.cards()]
        shipped = ", ".join(sorted(data_names()))
        if names_folder(text) or not names:
            raise error from None
        raise UnknownNameError(
            "set", text, names,
            "(a set is a folder of pictures, a packed data set, FOLDER:test or FOLDER:train, or a "
            f"model, which zoo models lists; --against, --train and --held-out also take data that "
            f"ship with Zoo: {shipped}{manager.failed()})",
        ) from None  # fmt: skip


def _folder(text: str) -> tuple[Path | None, Split | None]:
    """The folder that ``text`` names, and the split behind it; (None, None) for a model's name."""
    cards = plugin_manager().cards()
    if text.startswith((LOCAL, HUB)) or any(text in (card.id, card.architecture) for card in cards):
        return None, None
    before, colon, after = text.rpartition(":")
    for split in _SPLITS:
        if colon and after == split:
            return Path(before).expanduser(), split
    if not names_folder(text) or (names_scheme(text) and not Path(text).is_dir()):
        return None, None
    folder = Path(text).expanduser()
    if not folder.is_dir():
        raise UsageError(f"{text}: expected a folder or a model; there is {_what(folder)}")
    return folder, None


def _what(path: Path) -> str:
    return "a file of that name" if path.exists() else "no such folder"
