"""From the words of a command line to sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from zoo.errors import DataError, UsageError

from .described import describe
from .entry import Source
from .folder import Folder
from .tars import Tars
from .tarstream import BROKEN, TarStream
from .urls import read_urls
from .zips import Zip, open_zip

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2")
_LIST = (".csv", ".tsv")


def find_sources(words: Iterable[str], *, network: bool = False) -> list[Source]:
    """The sources that ``words`` name: folders, tars, folders of tars, zips, lists of URLs, and
    ``@FILE`` with one of these a line, relative to the file's folder.

    Raises UsageError for a list of URLs without ``network`` and for what is no source, DataError
    for one that cannot be read.
    """
    return [_source(word, path, network) for word, path in _expanded(words)]


def _expanded(words: Iterable[str]) -> Iterator[tuple[str, Path]]:
    for word in words:
        if not word.startswith("@"):
            yield word, Path(word)
            continue
        file = Path(word[1:])
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise DataError(f"cannot read the list {file}: {why}") from error
        found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if not found:
            raise DataError(f"the list {file} names no source; it has one a line")
        if nested := next((line for line in found if line.startswith("@")), None):
            raise DataError(f"{file} names another list, {nested}; name its sources instead")
        for line in found:
            yield line, file.parent / line


def _source(word: str, path: Path, network: bool) -> Source:
    name = path.name.casefold()
    if path.is_dir():
        archives = tuple(sorted(p for p in path.iterdir() if p.name.casefold().endswith(_TAR)))
        return _tars(word, archives, path) if archives else Folder(word, path)
    if "://" in word:
        raise UsageError(f"{word}: put addresses into a CSV file with the columns url and licence")
    if not path.is_file():
        raise DataError(f"there is no file or folder {word}")
    if name.endswith(_TAR):
        return _tars(word, (path,), path.parent)
    if name.endswith(".zip"):
        open_zip(path).close()
        return Zip(word, path)
    if name.endswith(_LIST):
        if not network:
            raise UsageError(
                f"{word} is a list of addresses; fetching them needs --allow-network "
                "(for a list of labels, say --labels FILE)"
            )
        return read_urls(word, path)
    raise UsageError(
        f"{word}: expected a folder, a .tar, .tar.gz, .tar.bz2 or .zip, a .csv or .tsv of "
        "addresses, or @LIST"
    )


def _tars(word: str, archives: tuple[Path, ...], folder: Path) -> Tars:
    for archive in archives:
        try:
            with TarStream(archive) as stream:
                next(iter(stream), None)
        except BROKEN as error:
            raise DataError(f"{archive} is no tar that can be read: {error}") from error
    return Tars(word, archives, describe(folder))
