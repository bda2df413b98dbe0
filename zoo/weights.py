"""Weights: pinned safetensors files, checked before a byte is parsed.

A file is read once; those bytes are hashed, and those bytes are parsed, so that nobody can swap
the file in between.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar

from .errors import PluginError, UsageError, WeightsError
from .hub.reference import HUB, parse
from .safetensor import VerifiedFile, foreign_format

MAX_BYTES = 8 * 2**30
"""Largest weights file that is read."""

_PACKAGE = re.compile(r"package:[A-Za-z_][\w.]*")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Weights:
    """One weights file, pinned by ``size`` in bytes and ``sha256`` in hex.

    ``source`` says where ``file`` (a relative path with ``/``) lies: ``package:NAME``, bundled
    with an import package; ``local-dir:PATH``; or ``hf-hub:OWNER/NAME@REVISION``, a Hub repository
    at a 40-hex revision.
    """

    most: ClassVar[int] = MAX_BYTES

    source: str
    file: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        if not (
            _PACKAGE.fullmatch(self.source)
            or _is_at_commit(self.source)
            or (self.source.startswith("local-dir:") and len(self.source) > len("local-dir:"))
        ):
            raise PluginError(
                f"weights source {self.source!r}: expected package:NAME, local-dir:PATH or "
                "hf-hub:OWNER/NAME@REVISION with a revision of 40 hex digits"
            )
        parts = self.file.split("/")
        if not all(parts) or ".." in parts or "\\" in self.file or ":" in self.file:
            raise PluginError(f"weights file {self.file!r} must be a relative path")
        if not 0 < self.size <= self.most or not _HEX.fullmatch(self.sha256):
            raise PluginError(
                f"weights {self.file}: size {self.size} must be from 1 to {self.most} bytes, "
                f"sha256 {self.sha256!r} 64 hex digits"
            )

    @property
    def on_hub(self) -> bool:
        """Whether the file lies in a repository on the Hub."""
        return self.source.startswith(HUB)

    def read(self, *, fetch: bool = True) -> VerifiedFile:
        """The file's bytes, once size and sha256 are found to fit.

        What lies on the Hub and not in its cache is fetched, unless ``fetch`` is False: for names
        that a stranger says. Raises WeightsError.
        """
        if self.on_hub:
            from .hub.pinned import read_pinned

            return read_pinned(self, fetch=fetch)
        return read_verified(self._locate(), self.file, self.size, self.sha256)

    def _locate(self) -> Traversable:
        scheme, _, place = self.source.partition(":")
        try:
            root: Traversable = files(place) if scheme == "package" else Path(place).expanduser()
        except ImportError as error:
            raise WeightsError(f"{self.file}: cannot find the package {place}: {error}") from error
        return root.joinpath(*self.file.split("/"))


def _is_at_commit(source: str) -> bool:
    try:
        return source.startswith(HUB) and parse(source).commit is not None
    except UsageError:
        return False


def read_verified(
    path: Traversable,
    name: str,
    size: int | None = None,
    sha256: str | None = None,
    remedy: str | None = None,
) -> VerifiedFile:
    """Read a safetensors file once and check it; raises WeightsError, which says what to do, in the
    words of ``remedy`` where there are such.

    Without ``size`` and ``sha256`` the file is somebody's own: it must still be safetensors.
    """
    remedy = remedy or _remedy(name, sha256)
    try:
        if not path.is_file():
            raise WeightsError(f"the weights file {path} is missing, or not a file; {remedy}")
        with path.open("rb") as stream:
            data = stream.read((MAX_BYTES if size is None else size) + 1)
    except OSError as error:
        raise WeightsError(f"cannot read the weights file {path}: {error.strerror}") from error
    if reason := foreign_format(data):
        raise WeightsError(f"{path} was refused: {reason}; {remedy}")
    if len(data) > MAX_BYTES:
        raise WeightsError(f"{path} was refused: it is larger than {MAX_BYTES} bytes")
    if size is not None and len(data) != size:
        found = f"{len(data)} bytes" if len(data) < size else "more"
        raise WeightsError(f"{path} was refused: expected {size} bytes, found {found}; {remedy}")
    digest = hashlib.sha256(data).hexdigest()
    if sha256 is not None and digest != sha256:
        raise WeightsError(
            f"{path} was refused: its sha256 is {digest}, expected {sha256}; {remedy}"
        )
    return VerifiedFile(str(path), digest, data)


def _remedy(name: str, sha256: str | None) -> str:
    if sha256 is None:
        return "give a .safetensors file"
    return (
        "install the package that brings the model again, or give with weights= (on the command "
        f"line: --weights) a copy of {Path(name).name} whose sha256 is {sha256}"
    )


def read_given(where: str | Path, wanted: tuple[Weights, ...]) -> tuple[VerifiedFile, ...]:
    """Files that the user gives in place of a card's ``wanted`` ones, in the same order.

    ``where`` is a file, for a card with a single one, or ``local-dir:PATH``, a folder that holds
    files of the card's names. They are the user's own, so that sha256 is not checked, but recorded.
    """
    text = str(where)
    if text.startswith(HUB):
        raise UsageError(
            f"{text}: give weights as a file; a model of the Hub is named in the model's place "
            f"(--model {text})"
        )
    if text.startswith("local-dir:"):
        folder = Path(text.removeprefix("local-dir:")).expanduser()
        paths = [folder / Path(w.file).name for w in wanted]
    else:
        paths = [Path(where).expanduser()]
    if len(paths) != len(wanted):
        raise UsageError(
            f"{text} is one file, but the model has {len(wanted)}; give local-dir:PATH, a folder "
            f"with {', '.join(Path(w.file).name for w in wanted) or 'no weights at all'}"
        )
    return tuple(read_verified(path, path.name) for path in paths)
