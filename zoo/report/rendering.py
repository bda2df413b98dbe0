"""Templates of pages, in which no text can be anything but text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from zoo_provenance.text import clean

from ..errors import UsageError

OWN = "zoo.report"
MOST_TEXT = 2000
SUFFIXES = (".html", ".htm")


@cache
def templates(package: str = OWN) -> Environment:
    """The templates of a package, and those of this one. Every text is made one printable line and
    then escaped, whatever the template does."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(OWN)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def check_page(path: Path, *, overwrite: bool) -> Path:
    """``path``, where a page can be written there. Raises UsageError."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"a report is a page of HTML: give it a name like out.html, not {path}")
    if not path.parent.is_dir():
        raise UsageError(f"no such folder: {path.parent}; make it first, or name another one")
    if path.exists() and not overwrite:
        raise UsageError(f"{path} is already there; --force replaces it")
    return path


def _finalized(value: Any) -> Any:
    return value if isinstance(value, Markup) else clean(value, MOST_TEXT)
