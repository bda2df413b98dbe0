"""Where a pipeline's files lie: a Hub repository at one commit, or a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from zoo.errors import UnreachableError, WeightsError
from zoo.hub.client import client, explained
from zoo.hub.fetching import cached, fetch, missing
from zoo.hub.reference import HUB, Reference, parse
from zoo.hub.resolving import resolve
from zoo.own_folder import folder_id, own_folder
from zoo.placed import digest

INDEX = "model_index.json"
_MOST = 2**40
_NO_PIPELINE = (
    "A repository of a diffusers pipeline holds that file; a single .safetensors or .ckpt has to "
    "be converted first"
)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Listed(NamedTuple):
    """What is known of a file before it is read; None where nobody says."""

    size: int | None
    sha256: str | None


class Repository(Protocol):
    """Files by their names, relative and with slashes."""

    @property
    def id(self) -> str:
        """What follows ``diffusers:`` in the id of its card."""
        ...

    @property
    def source(self) -> str:
        """As in :class:`zoo.weights.Weights`."""
        ...

    def files(self) -> dict[str, Listed]: ...

    def path(self, name: str) -> Path:
        """Where a file lies, fetched if it has to be. Raises WeightsError."""
        ...


@dataclass(frozen=True)
class Folder:
    """A folder on this machine, as ``save_pretrained`` writes it."""

    folder: Path

    @property
    def id(self) -> str:
        return folder_id(self.folder)

    @property
    def source(self) -> str:
        return f"local-dir:{self.folder}"

    def files(self) -> dict[str, Listed]:
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                found[path.relative_to(self.folder).as_posix()] = Listed(path.stat().st_size, None)
        return found

    def path(self, name: str) -> Path:
        return self.folder.joinpath(*name.split("/"))


@dataclass(frozen=True)
class HubRepository:
    """A Hub repository at a commit. Without ``fetch``, only what is in the Hub's cache."""

    reference: Reference
    fetch: bool

    @property
    def id(self) -> str:
        return str(self.reference).removeprefix(HUB)

    @property
    def source(self) -> str:
        return str(self.reference)

    def files(self) -> dict[str, Listed]:
        """As the Hub lists them, or, where it cannot or must not be asked, those in the cache."""
        if not self.fetch:
            return self._cached()
        try:
            return self._asked()
        except UnreachableError:
            if cached(self.reference, INDEX) is None:
                raise
            return self._cached()

    def path(self, name: str) -> Path:
        path = cached(self.reference, name)
        if path is None and not self.fetch:
            raise missing(self.reference, name, fetching(self.reference))
        return path or fetch(
            self.reference, name, remedy=fetching(self.reference), most=_MOST, absent=_NO_PIPELINE
        )

    def _asked(self) -> dict[str, Listed]:
        repository, commit = self.reference
        with explained(INDEX, self.reference, fetching(self.reference)):
            from huggingface_hub.errors import LocalEntryNotFoundError, OfflineModeIsEnabled

            try:
                about = (
                    client().HfApi().model_info(repository, revision=commit, files_metadata=True)
                )
            except OfflineModeIsEnabled as error:
                raise LocalEntryNotFoundError(str(error)) from error
        found = {}
        for one in about.siblings or ():
            large = one.lfs
            found[one.rfilename] = Listed(
                large.size if large else one.size, large.sha256 if large else None
            )
        return found

    def _cached(self) -> dict[str, Listed]:
        index = cached(self.reference, INDEX)
        if index is None:
            raise missing(self.reference, INDEX, fetching(self.reference))
        found = Folder(index.parent).files()
        return {name: Listed(one.size, _blob(index.parent / name)) for name, one in found.items()}


def fetching(reference: Reference) -> str:
    """What a person types to fetch a pipeline."""
    revision = f" --revision {reference.revision}" if reference.revision else ""
    return f"hf download {reference.repository}{revision}"


def _blob(path: Path) -> str | None:
    """The sha256 by which the cache keeps a large file. It is checked when the file is read."""
    name = path.resolve().name
    return name if _SHA256.fullmatch(name) else None


def open_repository(name: str, *, fetch: bool) -> Repository:
    """``OWNER/NAME[@REVISION]``, or a folder: ``./FOLDER``, ``~/FOLDER`` or an absolute path.

    Raises UsageError, and WeightsError where a revision cannot be resolved.
    """
    folder = own_folder(name, "diffusers", fetch=fetch)
    if folder is not None:
        return Folder(folder)
    reference = parse(name)
    if fetch:
        reference = resolve(reference, INDEX, absent=_NO_PIPELINE, remedy=fetching(reference))
    elif not reference.commit:
        raise WeightsError(f"{name} says not which commit it is; name the model itself")
    return HubRepository(reference, fetch)


def sha256_of(repository: Repository, name: str, listed: Listed) -> str:
    """As listed, or of the file itself, which is fetched for that."""
    return listed.sha256 or digest(repository.path(name))
