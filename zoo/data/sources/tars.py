"""Tar shards, as WebDataset names them: members of one key in a row, a picture and what it is.

https://github.com/webdataset/webdataset#the-webdataset-format: the key is the name up to the first
dot of its last part. A ``.cls`` holds the class as text; a ``.json`` an object with ``label``,
``cls`` or ``class``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from zoo.errors import DataError

from .described import Description
from .entry import (
    MAX_PICTURE_BYTES,
    Entry,
    Kind,
    UnreadableError,
    is_picture,
    refuse,
    split_of_archive,
)
from .tarstream import BROKEN, TarStream

MAX_LABEL_BYTES = 2**16
MAX_GROUP = 16
"""Members of one key that are looked at together; it bounds what is in memory."""


@dataclass(frozen=True)
class Tars:
    """One tar, or the tars of a folder in the order of their names."""

    path: str
    archives: tuple[Path, ...]
    description: Description
    kind: Kind = "tar"
    _digests: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str | None:
        return self.description.title

    @property
    def licence(self) -> str | None:
        return self.description.licence

    @property
    def classes(self) -> tuple[str, ...]:
        return self.description.classes

    def entries(self) -> Iterator[Entry]:
        for number, archive in enumerate(self.archives):
            try:
                stream = TarStream(archive)
            except OSError as error:
                raise DataError(f"cannot read {archive}: {error.strerror or error}") from error
            with stream:
                for group in _groups(_members(stream)):
                    done = (number + min(1.0, stream.done)) / len(self.archives)
                    yield from self._pictures(group, archive, done)
                self._digests[archive.name] = stream.sha256()

    def digests(self) -> dict[str, str]:
        return dict(self._digests)

    def _pictures(self, group: list[_Part], archive: Path, done: float) -> Iterator[Entry]:
        for part in group:
            if not (part.broken or is_picture(part.name)):
                continue
            problem, label = part.problem, None
            if problem is None:
                try:
                    label = self._label(part.name, group)
                except UnreadableError as error:
                    problem = str(error)
            yield Entry(
                archive.name if part.broken else part.name,
                refuse(problem) if problem is not None else partial(bytes, part.data),
                done,
                archive=archive.name if len(self.archives) > 1 and not part.broken else "",
                label=label,
                split=split_of_archive(archive.name),
                in_folders=not part.broken,
                held=len(part.data),
            )

    def _label(self, member: str, group: list[_Part]) -> str | None:
        """What lies beside the picture says it, else what lies beside the archive."""
        for part in group:
            if part.name.endswith((".cls", ".json")) and (said := _said(part)) is not None:
                return self.description.named(said)
        return self.description.label(member)


@dataclass(frozen=True)
class _Part:
    """A member that matters here; or, ``broken``, the place where the archive breaks off."""

    name: str
    data: bytes = b""
    problem: str | None = None
    broken: bool = False

    @property
    def key(self) -> tuple[PurePosixPath, str]:
        path = PurePosixPath(self.name)
        return path.parent, path.name.partition(".")[0]


def _members(stream: TarStream) -> Iterator[_Part]:
    try:
        for member in stream:
            picture = is_picture(member.name)
            if not picture and not member.name.endswith((".cls", ".json")):
                continue
            most = MAX_PICTURE_BYTES if picture else MAX_LABEL_BYTES
            if member.size > most:
                yield _Part(
                    member.name, problem=f"{member.size:,} bytes; at most {most:,} are read"
                )
            else:
                yield _Part(member.name, stream.read(member))
    except BROKEN as error:
        yield _Part("", problem=f"the archive cannot be read further: {error}", broken=True)


def _groups(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """Members of one key that follow one another."""
    group: list[_Part] = []
    for part in parts:
        if group and (part.key != group[0].key or len(group) == MAX_GROUP):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _said(part: _Part) -> str | None:
    """The label in a ``.cls`` or ``.json``; None where there is none. Raises UnreadableError."""
    if part.problem is not None:
        raise UnreadableError(f"{part.name} beside it: {part.problem}")
    try:
        text = part.data.decode("utf-8").strip()
        if part.name.endswith(".cls"):
            return text or None
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{part.name} beside it cannot be read: {error}") from error
    values = [table.get(name) for name in ("label", "cls", "class")] if _is_table(table) else []
    return next((str(v) for v in values if isinstance(v, (str, int)) and str(v)), None)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
