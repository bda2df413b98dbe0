"""One piece of text in a file's metadata."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_TEXT = 1 << 22
"""Characters of one text, and bytes of one that is unpacked. ComfyUI's graphs reach megabytes."""
MAX_WORK = 1 << 24
"""Of one file: characters kept, bytes unpacked, bytes of directories walked."""
MAX_FIELDS = 256


@dataclass(frozen=True)
class Field:
    """``source`` is ``xmp``, ``exif``, ``iptc-iim``, ``png-text``, ``jpeg`` or ``gif``; ``name``
    is the property, tag, keyword or segment there."""

    source: str
    name: str
    text: str


class FullError(Exception):
    """A file has more text than is read."""


@dataclass
class Fields:
    """What was found, and in plain words what could not be read."""

    found: list[Field] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    _left: int = field(default=MAX_WORK, repr=False)

    def add(self, source: str, name: str, text: str) -> None:
        """Keep a text that is not empty. Raises FullError where there is no more room."""
        text = text.strip(" \t\r\n\0")
        if not text:
            return
        if len(self.found) >= MAX_FIELDS:
            raise FullError
        self.spend(len(text))
        self.found.append(Field(source, name, text))

    def spend(self, work: int) -> None:
        """Count work, in bytes. Raises FullError where a file asks for too much."""
        self._left -= work
        if self._left < 0:
            raise FullError

    def fault(self, text: str) -> None:
        """Note something that could not be read."""
        if text not in self.unread:
            self.unread.append(text)


def decoded(text: bytes) -> str:
    """UTF-8 where it is, whatever the standard asks for; Latin-1 else."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
