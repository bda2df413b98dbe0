"""Commands: what a plugin adds to ``zoo``, known without importing it or typer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import PluginError

ZOO_COMMANDS = frozenset(
    {
        "compare", "data", "evaluate", "generate", "index", "keys", "ledger", "models", "plugins",
        "rate", "replay", "seal", "train", "trust", "tune", "verify",
    }
)  # fmt: skip
"""The names that Zoo's own commands have."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True)
class Command:
    """A command ``zoo NAME``. Raises PluginError where a field does not fit.

    ``summary`` is its line in ``zoo --help``. ``factory`` is ``module:attribute``, imported when
    the command runs: a ``typer.Typer``. One with a single function is a plain command, one with
    several, or with a callback, a group.
    """

    name: str
    summary: str
    factory: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise PluginError(
                f"command {self.name!r}: expected words in lower case with hyphens between, such "
                "as contact-sheet"
            )
        if self.name in ZOO_COMMANDS:
            raise PluginError(
                f"command {self.name!r}: Zoo has a command of this name; choose another"
            )
        if not self.summary.strip() or "\n" in self.summary:
            raise PluginError(f"command {self.name!r}: expected a summary of one line")
        if not _FACTORY.fullmatch(self.factory):
            raise PluginError(
                f"command {self.name!r}: expected a factory module:attribute that names a "
                f"typer.Typer, got {self.factory!r}"
            )
