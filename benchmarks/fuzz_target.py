"""What a fuzzer aims at, and what several targets share."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PIL import Image

from zoo_provenance.record import Record
from zoo_provenance.source import SourceType


@dataclass(frozen=True)
class Target:
    """``run`` takes any bytes; ``examples`` are what it is made for."""

    run: Callable[[bytes], object]
    examples: Callable[[], Iterable[bytes]]


def check_told(error: Exception) -> None:
    """An error that is raised on purpose says why."""
    assert str(error)


def sealed(name: str, image: Image.Image | None = None) -> bytes:
    """A picture in a format, sealed and entered in this installation's ledger."""
    from zoo_provenance.sealing import seal

    out = io.BytesIO()
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    image = Image.new("RGB", (16, 16)) if image is None else image
    seal(image, Record.external("x", "1"), source=source, out=out, format=name)
    return out.getvalue()
