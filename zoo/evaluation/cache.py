"""Features that were seen, kept by content: a set and an extractor that come again are read back.

One folder for each pair of a set's digest and an extractor (name, revision, resize); in it one
safetensors file for each piece, written whole or not at all, with the sha256 of its arrays. A file
that is damaged, of another version or not of this folder is ignored and written again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from zoo.errors import UsageError
from zoo_provenance.atomic import write_atomically
from zoo_provenance.home import zoo_home

from .extractor import Extractor

FORMAT = "zoo-features-1"
LIMIT = 2 * 2**30
"""Bytes that the cache may hold; what was used longest ago goes first."""


Arrays = dict[str, NDArray[Any]]


def default_cache() -> Path:
    """``ZOO_HOME/cache/features`` where ZOO_HOME is set, else in the user's cache folder."""
    if os.environ.get("ZOO_HOME"):
        return zoo_home() / "cache" / "features"
    return platformdirs.user_cache_path("zoo", appauthor=False) / "features"


@dataclass(frozen=True)
class Piece:
    """The pictures of a set at ``places`` (n,), as an extractor sees them; ``unreadable`` are those
    of the piece that could not be read, and why."""

    places: NDArray[np.int64]
    features: NDArray[np.float32]
    logits: NDArray[np.float32] | None
    spectrum: NDArray[np.float32]
    unreadable: Mapping[int, str]

    def covers(self, wanted: range) -> bool:
        """Whether each of ``wanted`` is there or known to be unreadable."""
        return sorted([*self.places.tolist(), *self.unreadable]) == list(wanted)


class FeatureCache:
    """The pieces of one set, as one extractor sees them, below the folder ``root``."""

    def __init__(self, root: Path, digest: str, extractor: Extractor) -> None:
        self.root = root
        self._facts = {
            "format": FORMAT,
            "set": digest,
            "extractor": extractor.name,
            "revision": extractor.revision,
            "resize": extractor.resize,
        }
        key = hashlib.sha256(json.dumps(self._facts, sort_keys=True).encode()).hexdigest()
        self._folder = root / key

    def read(self, number: int, places: range) -> Piece | None:
        """Piece ``number`` of these ``places``; None where it is not there as it was written."""
        path = self._path(number)
        try:
            if not path.is_file():
                return None
            data = path.read_bytes()
            length = int.from_bytes(data[:8], "little")
            header = json.loads(data[8 : 8 + length])["__metadata__"]
            if header != {**self._facts, "unreadable": header["unreadable"],
                          "sha256": _sha256(load(data), header["unreadable"])}:  # fmt: skip
                return None
            found = _piece(load(data), json.loads(header["unreadable"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
            return None
        return found if found.covers(places) else None

    def write(self, number: int, piece: Piece) -> None:
        """Keep a piece. Raises UsageError where the folder cannot be written."""
        arrays: Arrays = {
            "places": piece.places,
            "features": piece.features,
            "spectrum": piece.spectrum,
        }
        if piece.logits is not None:
            arrays["logits"] = piece.logits
        unreadable = json.dumps({str(k): why for k, why in piece.unreadable.items()})
        facts = {**self._facts, "unreadable": unreadable, "sha256": _sha256(arrays, unreadable)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(number), save(arrays, facts))
        except OSError as error:
            raise UsageError(
                f"features cannot be kept in {self.root}: {error.strerror or error}; choose "
                "another folder, or keep none (--no-cache)"
            ) from error

    def finish(self) -> None:
        """Mark what was read as used, and remove what was used longest ago beyond LIMIT."""
        if not self._folder.is_dir():
            return
        os.utime(self._folder)
        kept = 0
        for folder in sorted(_folders(self.root), key=_used, reverse=True):
            kept += sum(path.stat().st_size for path in folder.glob("*.safetensors"))
            if kept > LIMIT and folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.safetensors"


def _piece(arrays: Arrays, unreadable: dict[str, str]) -> Piece:
    """Raises ValueError, KeyError or AttributeError for arrays of other kinds or shapes."""
    places = arrays["places"].astype(np.int64)
    features, spectrum = (arrays[name].astype(np.float32) for name in ("features", "spectrum"))
    logits = arrays["logits"].astype(np.float32) if "logits" in arrays else None
    rows = [array for array in (features, spectrum, logits) if array is not None]
    if any(array.ndim != 2 or len(array) != len(places) for array in rows):
        raise ValueError("rows that do not belong together")
    return Piece(places, features, logits, spectrum, {int(k): w for k, w in unreadable.items()})


def _sha256(arrays: Arrays, unreadable: str) -> str:
    digest = hashlib.sha256(unreadable.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _folders(root: Path) -> list[Path]:
    """Folders that this cache made: named by a sha256."""
    return [p for p in root.iterdir() if len(p.name) == 64 and p.is_dir() and not p.is_symlink()]


def _used(folder: Path) -> float:
    return folder.stat().st_mtime
