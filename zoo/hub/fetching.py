"""Files from the Hugging Face Hub, each at one commit; only what the user has named is fetched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from zoo.errors import WeightsError
from zoo.safetensor import VerifiedFile
from zoo.weights import read_verified

from .client import client, explained
from .reference import COMMIT, Reference

_SHA256 = re.compile(r"[0-9a-f]{64}")


class HubFile(NamedTuple):
    """A safetensors file and the commit of the repository that it belongs to, 40 hex digits."""

    file: VerifiedFile
    commit: str


class Remote(NamedTuple):
    """What the Hub says of a file before it is fetched: the ``commit`` that the asked revision is,
    ``size`` in bytes and, of large files, ``sha256``; None where it does not say."""

    commit: str
    size: int | None
    sha256: str | None


def read_from_hub(repository: str, name: str, revision: str = "main") -> HubFile:
    """A safetensors file of a Hub repository at a branch, tag or commit; from the Hub's cache where
    it is there and the Hub cannot be asked, or need not be.

    The official client fetches it and obeys its variables (HF_HUB_OFFLINE, HF_HOME, HF_ENDPOINT).
    The Hub names large files by their sha256, which is checked. Raises WeightsError, which says
    what would fetch the file.
    """
    hub = client()
    remedy = f"hf download {repository} {name} --revision {revision}"
    with explained(name, Reference(repository, revision), remedy):
        path = Path(hub.hf_hub_download(repository, name, revision=revision))
    # CACHE/models--OWNER--NAME/snapshots/COMMIT/FILE is how the client keeps files.
    commit = next((part for part in path.parts[::-1] if COMMIT.fullmatch(part)), None)
    if commit is None:
        raise WeightsError(f"{path}: the Hub's client does not say which commit {name} is of")
    blob = path.resolve().name
    file = read_verified(path, name, sha256=blob if _SHA256.fullmatch(blob) else None)
    return HubFile(file, commit)


def cached(reference: Reference, name: str) -> Path | None:
    """A file in the Hub's cache, at a commit, or at what a branch or tag was when it was fetched
    last; None where it is not there. Nothing is asked of the Hub."""
    found = client().try_to_load_from_cache(
        reference.repository, name, revision=reference.revision or "main"
    )
    return Path(found) if isinstance(found, str) else None


def ask(reference: Reference, name: str, remedy: str, **words: str) -> Remote:
    """What the Hub says of a file. Raises WeightsError, which names the ``remedy``; ``words`` are
    those of :func:`zoo.hub.client.explained`."""
    hub = client()
    from huggingface_hub.errors import LocalEntryNotFoundError, OfflineModeIsEnabled

    with explained(name, reference, remedy, **words):
        url = hub.hf_hub_url(reference.repository, name, revision=reference.revision)
        try:
            found = hub.get_hf_file_metadata(url)
        except OfflineModeIsEnabled as error:
            raise LocalEntryNotFoundError(str(error)) from error
        if found.commit_hash is None or not COMMIT.fullmatch(found.commit_hash):
            raise ValueError(f"{url} is served by no Hub: its answer names no commit")
    etag = found.etag or ""
    return Remote(found.commit_hash, found.size, etag if _SHA256.fullmatch(etag) else None)


def fetch(
    reference: Reference,
    name: str,
    *,
    remedy: str,
    most: int,
    size: int | None = None,
    sha256: str | None = None,
    again: bool = False,
    **words: str,
) -> Path:
    """A file at a commit, in the Hub's cache; fetched where it is not there, or ``again``.

    What the Hub says of it is held against ``most`` bytes, ``size`` and ``sha256`` before a byte
    of it is fetched; who reads it still checks what came. A connection that breaks off is taken up
    where it broke. Raises WeightsError; ``words`` are those of
    :func:`zoo.hub.client.explained`.
    """
    if not again and (path := cached(reference, name)):
        return path
    remote = ask(reference, name, remedy, **words)
    problem = None
    if remote.commit != reference.commit:
        problem = f"the Hub answers with another commit, {remote.commit}"
    elif remote.size is not None and remote.size > most:
        problem = f"it has {remote.size} bytes; at most {most} are taken"
    elif size is not None and remote.size not in (None, size):
        problem = f"it has {remote.size} bytes on the Hub, expected {size}"
    elif sha256 is not None and remote.sha256 not in (None, sha256):
        problem = f"its sha256 is {remote.sha256} on the Hub, expected {sha256}"
    if problem:
        raise WeightsError(f"{name} of {reference} was not fetched: {problem}")
    with explained(name, reference, remedy, **words):
        path = client().hf_hub_download(
            reference.repository, name, revision=reference.revision, force_download=again
        )
    return Path(path)


def missing(reference: Reference, name: str, remedy: str) -> WeightsError:
    """The error for a file that is not in the cache, and which nobody asked to fetch."""
    from huggingface_hub import constants

    return WeightsError(
        f"{name} of {reference} is not in the Hub's cache ({constants.HF_HUB_CACHE}), and nothing "
        f"is fetched unasked; this fetches it: {remedy}"
    )
