"""What of Zoo lies in the Hub's cache, which other programs share, and making room in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zoo.errors import UsageError, WeightsError
from zoo.plugins import plugin_manager

from .client import client
from .lock import read_lock
from .reference import HUB, Reference, parse
from .resolving import CARD


@dataclass(frozen=True)
class Kept:
    """A model at one commit in the cache: its ``size`` there in bytes, and which names and models
    mean it (``used_by``): of the lock file, or of an installed plugin's card."""

    reference: Reference
    size: int
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class Pruning:
    """What would go, and how many bytes that frees: files that another commit shares stay."""

    kept: tuple[Kept, ...]
    frees: int
    _strategy: Any

    def execute(self) -> None:
        """Remove it."""
        self._strategy.execute()


def list_cache() -> tuple[Kept, ...]:
    """The models in the Hub's cache that Zoo can run, sorted: commits with a ``zoo.json``, and
    those that installed cards pin. What other programs keep there is left alone."""
    users = _users()
    found = []
    for repository in _repositories():
        for revision in repository.revisions:
            reference = Reference(repository.repo_id, revision.commit_hash)
            used_by = tuple(sorted(users.get(str(reference), ())))
            if used_by or any(file.file_name == CARD for file in revision.files):
                found.append(Kept(reference, revision.size_on_disk, used_by))
    return tuple(sorted(found, key=lambda kept: str(kept.reference)))


def plan_pruning(names: Sequence[str] = ()) -> Pruning:
    """Removing what no lock and no installed card means any more, or the models of ``names``:
    ``hf-hub:OWNER/NAME``, all its commits, or one of them. Raises UsageError for a name that is not
    there."""
    there = list_cache()
    chosen = [kept for kept in there if not kept.used_by] if not names else []
    for name in names:
        asked = parse(name)
        commit = asked.commit or _locked(asked)
        matching = [
            kept
            for kept in there
            if kept.reference.repository == asked.repository
            and commit in (None, kept.reference.revision)
        ]
        if not matching:
            raise UsageError(f"{asked} is not in the Hub's cache; zoo cache list shows what is")
        chosen += [kept for kept in matching if kept not in chosen]
    if not chosen:
        return Pruning((), 0, None)
    commits = [kept.reference.revision for kept in chosen]
    strategy = _scan().delete_revisions(*commits)
    return Pruning(tuple(chosen), strategy.expected_freed_size, strategy)


def _locked(asked: Reference) -> str | None:
    """Of a name with a branch or tag, the commit; of a repository alone, all of it."""
    if asked.revision is None:
        return None
    entry = read_lock().get(str(asked))
    if entry is None:
        raise UsageError(f"{asked} is not locked to a commit (zoo lock); name the commit")
    return entry.commit


def _users() -> dict[str, set[str]]:
    """By reference at a commit: the names in the lock file and the cards that mean it."""
    users: dict[str, set[str]] = {}
    for name, entry in read_lock().items():
        users.setdefault(f"{HUB}{parse(name).repository}@{entry.commit}", set()).add(name)
    for card in plugin_manager().cards():
        for weights in card.weights:
            if weights.on_hub:
                users.setdefault(weights.source, set()).add(card.id)
    return users


def _repositories() -> list[Any]:
    from huggingface_hub.errors import CacheNotFound

    try:
        found = _scan()
    except CacheNotFound:
        return []
    except (OSError, ValueError) as error:
        raise WeightsError(f"the Hub's cache cannot be read: {error}") from error
    return [repository for repository in found.repos if repository.repo_type == "model"]


def _scan() -> Any:
    hub = client()
    from huggingface_hub import constants

    return hub.scan_cache_dir(constants.HF_HUB_CACHE)
