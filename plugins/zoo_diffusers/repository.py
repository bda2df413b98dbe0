"""Where a pipeline's files lie: a Hub repository at one commit, or a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from zoo.errors import WeightsError
from zoo.placed import digest
from zoo.revisions import (
    explained,
    folder_id,
    hub_path,
    own_folder,
    resolve,
    split_reference,
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

    repository: str
    commit: str
    fetch: bool

    @property
    def id(self) -> str:
        return f"{self.repository}@{self.commit}"

    @property
    def source(self) -> str:
        return f"hf-hub:{self.id}"

    @property
    def remedy(self) -> str:
        return f"hf download {self.repository} --revision {self.commit}"

    def files(self) -> dict[str, Listed]:
        """As the Hub lists them, or, where it cannot or must not be asked, those in the cache."""
        from huggingface_hub import constants

        if not self.fetch or constants.HF_HUB_OFFLINE:
            return self._cached()
        try:
            return self._asked()
        except WeightsError:
            if not self._snapshot().is_dir():
                raise
            return self._cached()

    def path(self, name: str) -> Path:
        return hub_path(self.repository, name, self.commit, fetch=self.fetch)

    def _asked(self) -> dict[str, Listed]:
        from huggingface_hub import HfApi

        with explained(self.id, self.remedy):
            about = HfApi().model_info(self.repository, revision=self.commit, files_metadata=True)
        found = {}
        for one in about.siblings or ():
            large = one.lfs
            found[one.rfilename] = Listed(
                large.size if large else one.size, large.sha256 if large else None
            )
        return found

    def _cached(self) -> dict[str, Listed]:
        folder = self._snapshot()
        if not folder.is_dir():
            raise WeightsError(
                f"{self.id} is not in the Hub's cache ({folder.parents[2]}), and nothing may be "
                f"fetched (HF_HUB_OFFLINE, or a picture names it); this fetches it: {self.remedy}"
            )
        found = Folder(folder).files()
        return {name: Listed(one.size, _blob(folder / name)) for name, one in found.items()}

    def _snapshot(self) -> Path:
        from huggingface_hub import constants

        name = "models--" + self.repository.replace("/", "--")
        return Path(constants.HF_HUB_CACHE, name, "snapshots", self.commit)


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
    repository, revision = split_reference(name)
    return HubRepository(repository, resolve(repository, revision, fetch=fetch), fetch)


def sha256_of(repository: Repository, name: str, listed: Listed) -> str:
    """As listed, or of the file itself, which is fetched for that."""
    return listed.sha256 or digest(repository.path(name))
