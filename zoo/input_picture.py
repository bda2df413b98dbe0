"""What somebody gives a model: words, and a picture to begin with."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoo_provenance.errors import PictureError

from .card import Can, Card
from .errors import UsageError

if TYPE_CHECKING:
    from zoo_provenance.manifest import Parent


@dataclass(frozen=True)
class InputPicture:
    """Its pixels, upright, uint8 (H, W, 3), its file's sha256 in hex, and the file itself: it
    becomes the parent of what is made from it, with its own manifest."""

    pixels: NDArray[np.uint8] = field(repr=False)
    sha256: str
    parent: Parent = field(repr=False)


ImageFile = str | os.PathLike[str] | InputPicture


def open_input(path: ImageFile) -> InputPicture:
    """Read a picture file. Raises PictureError, or TooLargeError."""
    if isinstance(path, InputPicture):
        return path
    from zoo_provenance.resealing import open_file

    try:
        opened = open_file(Path(path))
    except PictureError as error:
        raise type(error)(f"{os.fspath(path)}: {error}") from error
    digest = hashlib.sha256(opened.parent.data).hexdigest()
    return InputPicture(np.asarray(opened.image), digest, opened.parent)


def check_inputs(card: Card, prompt: str | None, image: ImageFile | None) -> None:
    """Whether the model can do with both, before anything is loaded. Raises UsageError."""
    if prompt is None and Can.PROMPT in card.can:
        raise UsageError(f"{card.id} draws what words say: give them as the prompt (--prompt)")
    if prompt is not None and Can.PROMPT not in card.can:
        raise UsageError(f"{card.id} takes no prompt: leave it out, or take a model that can")
    if image is not None and Can.IMAGE_INPUT not in card.can:
        raise UsageError(f"{card.id} cannot begin with a picture: leave out the image")
