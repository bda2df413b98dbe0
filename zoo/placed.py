"""Weights that a library reads itself from where they lie."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from .errors import WeightsError
from .safetensor import VerifiedFile
from .weights import Weights


@dataclass(frozen=True)
class Placed(Weights):
    """A pinned file of any kind that ``find`` has a path of, fetching it where it must and may.

    ``read`` gives a file without ``data``, whose ``name`` is the path: it was hashed there, and is
    too large to be held in memory twice. Who reads it from the path calls :func:`unchanged`
    afterwards.
    """

    most: ClassVar[int] = 2**40

    find: Callable[[], Path] = field(compare=False, repr=False, kw_only=True)

    def read(self, *, fetch: bool = True) -> VerifiedFile:
        del fetch  # find knows: it is of a card that was found with the same
        path = self.find()
        found = digest(path)
        if found != self.sha256:
            raise WeightsError(
                f"{path} was refused: its sha256 is {found}, expected {self.sha256}; get it again"
            )
        return VerifiedFile(str(path), found, b"")


def digest(path: Path) -> str:
    """The sha256 of a file, in hex. Raises WeightsError where it cannot be read.

    One that has its size and time of change since the last call is not read again.
    """
    try:
        found = path.stat()
        return _digest(path, found.st_size, found.st_mtime_ns, found.st_ino)
    except OSError as error:
        raise WeightsError(f"cannot read {path}: {error.strerror}") from error


@lru_cache(maxsize=1024)
def _digest(path: Path, *state: int) -> str:
    del state  # only tells changed files apart
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unchanged(files: tuple[VerifiedFile, ...]) -> None:
    """Raises WeightsError where a file is another than was hashed, after it has been read."""
    for file in files:
        if digest(Path(file.name)) != file.sha256:
            raise WeightsError(f"{file.name} changed while it was being loaded; load it again")
