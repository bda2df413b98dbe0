"""Names of the Hub: ``hf-hub:OWNER/NAME`` or ``hf-hub:OWNER/NAME@REVISION``."""

from __future__ import annotations

import re
from typing import NamedTuple

from zoo.errors import UsageError

HUB = "hf-hub:"
COMMIT = re.compile(r"[0-9a-f]{40}")
_PART = r"\w(?:[\w.-]*\w)?"
_REPOSITORY = re.compile(f"{_PART}/{_PART}", re.ASCII)
_MOST_REPOSITORY = 96  # the Hub's own bound
_REVISION = re.compile(r"\w[\w.+-]*(?:/\w[\w.+-]*)*", re.ASCII)
_MOST_REVISION = 200


class Reference(NamedTuple):
    """A repository, and a branch, tag or commit of it; None means its default branch."""

    repository: str
    revision: str | None = None

    def __str__(self) -> str:
        return HUB + self.repository + (f"@{self.revision}" if self.revision else "")

    @property
    def commit(self) -> str | None:
        """The revision, where it is a commit of 40 hex digits."""
        return self.revision if COMMIT.fullmatch(self.revision or "") else None

    def at(self, revision: str) -> Reference:
        """The same repository at another revision."""
        return Reference(self.repository, revision)


def parse(name: str) -> Reference:
    """The reference that ``[hf-hub:]OWNER/NAME[@REVISION]`` says.

    Raises UsageError for what cannot be one on the Hub. What passes is safe as a part of a path.
    """
    repository, at, revision = name.removeprefix(HUB).partition("@")
    if (
        not _REPOSITORY.fullmatch(repository)
        or len(repository) > _MOST_REPOSITORY
        or "--" in repository
        or ".." in repository
        or repository.endswith(".git")
        or (at and not is_revision(revision))
    ):
        raise UsageError(
            f"{name!r} is no name of a repository on the Hub: expected {HUB}OWNER/NAME or "
            f"{HUB}OWNER/NAME@REVISION (a branch, a tag or a commit)"
        )
    return Reference(repository, revision or None)


def is_revision(text: str) -> bool:
    """Whether a text can be a branch, a tag or a commit."""
    return (
        len(text) <= _MOST_REVISION and ".." not in text and _REVISION.fullmatch(text) is not None
    )
