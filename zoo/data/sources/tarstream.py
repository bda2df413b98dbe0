"""A tar read once from front to back, within bounds: nothing is written, no name is followed."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

BLOCK = 2**18
MAX_RATIO = 100
MAX_SMALL = 256 * 2**20
"""A compressed tar may expand to MAX_RATIO times its size, or to MAX_SMALL bytes where that is
more: pictures hardly compress, and what expands further was made to keep its reader busy."""
MAX_HEADER = 2**20
"""Bytes of an extended header, which the library reads into memory whole."""

BROKEN = (OSError, EOFError, ValueError, tarfile.TarError, zlib.error, RecursionError)
"""What a damaged or hostile archive makes the libraries raise."""

_EXTENDED = (
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
)  # fmt: skip


class TarStream:
    """The regular members of one tar, plain or compressed with gzip or bzip2.

    Iterating gives each member; ``read`` its bytes, before the next one is asked for. Both raise
    one of BROKEN where the archive is damaged, breaks off or expands beyond reason.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._length = max(1, path.stat().st_size)
        self._metered = _Metered(self._file)
        self._tar: tarfile.TarFile | None = None

    def __enter__(self) -> TarStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        head = self._file.read(3)
        self._file.seek(0)
        opened = _Capped(_reader(head, self._metered), self._metered)
        self._tar = tarfile.open(  # noqa: SIM115  (the file below it is closed on leaving)
            fileobj=cast("IO[bytes]", opened), mode="r|", bufsize=BLOCK, tarinfo=_Member
        )
        while (member := self._tar.next()) is not None:
            # Else it keeps every member that it has seen.
            self._tar.members = []  # type: ignore[attr-defined]
            if member.isreg() and not member.issparse():
                yield member

    def read(self, member: tarfile.TarInfo) -> bytes:
        """All bytes of the member at hand."""
        stream = self._tar.extractfile(member) if self._tar else None
        data = stream.read() if stream else b""
        if len(data) != member.size:
            raise EOFError("unexpected end of data")
        return data

    @property
    def done(self) -> float:
        """The fraction of the file that has been read."""
        return self._metered.count / self._length

    def sha256(self) -> str:
        """Of the whole file; what iterating has left of it is read now."""
        while self._metered.read(BLOCK):
            pass
        return self._metered.hash.hexdigest()


class _Member(tarfile.TarInfo):
    def _proc_member(self, tar: tarfile.TarFile) -> Any:
        """The library's door for subclasses: called for each header, before its contents."""
        if self.type in _EXTENDED and self.size > MAX_HEADER:
            raise tarfile.ReadError(f"an extended header of {self.size:,} bytes")
        return super()._proc_member(tar)  # type: ignore[misc]


class _Metered:
    """Counts and hashes what is read of a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.count = 0
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.count += len(data)
        self.hash.update(data)
        return data


class _Capped:
    """Gives up once much more comes out of a decompressor than went in."""

    def __init__(self, read: Callable[[int], bytes], source: _Metered) -> None:
        self._read, self._source, self._count = read, source, 0

    def read(self, size: int = -1) -> bytes:
        data = self._read(size)
        self._count += len(data)
        if self._count > max(MAX_SMALL, MAX_RATIO * self._source.count):
            raise OSError(f"it expands to more than {MAX_RATIO} times its size")
        return data


def _reader(head: bytes, file: _Metered) -> Callable[[int], bytes]:
    """A ``read`` of the tar itself. Decompressors give what they have, so that what precedes a
    damage is not lost."""
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=cast("IO[bytes]", file), mode="rb").read1
    if head == b"BZh":
        return bz2.BZ2File(cast("IO[bytes]", file)).read1
    return file.read
