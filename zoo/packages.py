"""Which package an entry point is of, without reading more of it than needed."""

from __future__ import annotations

import re
from importlib.metadata import EntryPoint
from typing import NamedTuple

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+!_-]{0,39}")
"""What a stranger's name or version of a package may be: nothing that could do harm when shown."""


class Package(NamedTuple):
    """A distribution; both texts are empty where none is known."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def package_of(entry: EntryPoint) -> Package:
    """The package that brings an entry point.

    Reads the header of its metadata alone: the library parses the whole of it, readme included,
    each time that it is asked for the name or the version, which adds up with fifty plugins.
    """
    if entry.dist is None:
        return Package("", "")
    head, _, _ = (entry.dist.read_text("METADATA") or "").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in reversed(head.splitlines()) if ": " in line)
    if "Name" in fields and "Version" in fields:
        return Package(fields["Name"].strip(), fields["Version"].strip())
    return Package(entry.dist.name, entry.dist.version)  # an egg, or a zip
