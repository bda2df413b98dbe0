"""A zip of pictures. Members are read into memory one by one; nothing is unpacked."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from zoo.errors import DataError

from .entry import (
    MAX_PICTURE_BYTES,
    Entry,
    Kind,
    UnreadableError,
    is_picture,
    refuse,
    split_of_archive,
)
from .tarstream import BROKEN

MAX_RATIO = 200
"""A member may be so many times larger than it is packed, plus a mebibyte: pictures hardly
compress, and a zip of zeros would keep its reader busy for hours."""
_DAMAGED = (*BROKEN, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Zip:
    """The picture files in a zip, in the order of its directory."""

    path: str
    archive: Path
    kind: Kind = "zip"
    title: str | None = None
    licence: str | None = None
    classes: tuple[str, ...] = ()
    _digests: dict[str, str] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        split = split_of_archive(self.archive.name)
        opened = open_zip(self.archive)  # kept open by the entries that still wait to be read
        members = [m for m in opened.infolist() if is_picture(_name(m)) and not m.is_dir()]
        for index, member in enumerate(members):
            problem = _problem(member)
            yield Entry(
                _name(member),
                refuse(problem) if problem else partial(_read, opened, member),
                index / len(members),
                split=split,
            )
        with self.archive.open("rb") as file:
            self._digests[self.archive.name] = hashlib.file_digest(file, "sha256").hexdigest()

    def digests(self) -> dict[str, str]:
        return dict(self._digests)


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip and read its directory. Raises DataError."""
    try:
        return zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise DataError(f"{path} is no zip that can be read: {error}") from error


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")  # as some packers on Windows write it


def _problem(member: zipfile.ZipInfo) -> str | None:
    if member.flag_bits & 1:
        return "it is encrypted"
    if member.file_size > MAX_PICTURE_BYTES:
        return f"{member.file_size:,} bytes; at most {MAX_PICTURE_BYTES:,} are read"
    if member.file_size > MAX_RATIO * member.compress_size + 2**20:
        return f"it expands to more than {MAX_RATIO} times its packed size"
    return None


def _read(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes. The library gives at most as many as its directory says."""
    try:
        return opened.read(member)
    except _DAMAGED as error:
        raise UnreadableError(f"it cannot be unpacked: {error}") from error
