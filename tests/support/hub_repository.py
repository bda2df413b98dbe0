"""Repositories as a Hub keeps them: commits, branches and tags, and files by their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

LARGE = (".safetensors", ".png")
"""What goes to large file storage (git-lfs), as the Hub's .gitattributes says."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_large(name: str) -> bool:
    return name.endswith(LARGE)


def etag(name: str, data: bytes) -> str:
    """Large files are named by their sha256, the others by git's hash of a blob."""
    if is_large(name):
        return sha256(data)
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def listed(name: str, data: bytes) -> dict[str, Any]:
    """A file as the Hub's API lists it, in a repository or in a tree."""
    size = len(data)
    about: dict[str, Any] = {"type": "file", "path": name, "rfilename": name, "size": size}
    about |= {"oid": etag(name, data), "blobId": etag(name, data)}
    if is_large(name):
        about["lfs"] = {"oid": sha256(data), "sha256": sha256(data), "size": size}
        about["lfs"]["pointerSize"] = 100
    return about


@dataclass
class Repository:
    """``commits`` hold all files of each, by name; ``refs`` are branches and tags."""

    name: str
    private: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)

    def commit(self, files: dict[str, bytes], branch: str = "main", message: str = "") -> str:
        """Add files to what is on a branch; returns the commit."""
        before = self.refs.get(branch, "")
        kept = {**self.commits.get(before, {}), **files}
        listing = "".join(f"{name} {sha256(data)}\n" for name, data in sorted(kept.items()))
        oid = hashlib.sha1(f"{before} {listing} {len(self.commits)}".encode()).hexdigest()
        self.commits[oid] = kept
        self.refs[branch] = oid
        self.messages.append(message)
        return oid

    def resolve(self, revision: str) -> str | None:
        """The commit of a branch, tag or commit; None where there is none."""
        commit = self.refs.get(revision, revision)
        return commit if commit in self.commits else None

    @property
    def head(self) -> dict[str, bytes]:
        return self.commits[self.refs["main"]]
