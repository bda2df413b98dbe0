"""``zoo plugins new``: a complete small package, which installs and passes its own tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from zoo.errors import UsageError
from zoo.groups import OURS

from .kinds import SUMMARIES, PluginKind
from .naming import name_of

TEMPLATES = files("zoo.scaffolding").joinpath("templates")


def new_plugin(package: str, kind: PluginKind, folder: Path | None = None) -> tuple[Path, ...]:
    """Write the package ``zoo-NAME`` into ``folder`` (default: a folder of its name, here).

    Returns the files. The folder appears whole or not at all. Raises UsageError where the name does
    not fit or the folder is there already.
    """
    values = _values(package, kind)
    target = Path(package) if folder is None else folder
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} is there already; give another folder with --out")
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".zoo-new-", dir=parent) as scratch:
        whole = Path(scratch) / "package"
        written = [
            _write(source, whole / _place(path, values), values)
            for shelf in ("common", kind)
            for path, source in _walk(TEMPLATES.joinpath(shelf))
        ]
        shutil.move(whole, target)
    return tuple(target / path.relative_to(whole) for path in written)


def _values(package: str, kind: PluginKind) -> dict[str, str]:
    name = name_of(package, kind)
    return {
        "package": package,
        "name": name,
        "module": package.replace("-", "_"),
        "key": name.replace("-", "_"),
        # Templates put a word after it: alone it could be a keyword, or hide an import.
        "camel": "".join(word.capitalize() for word in name.split("-")),
        "kind": kind.value,
        "summary": SUMMARIES[kind],
        "year": str(datetime.now(UTC).year),
        "zoo": version(OURS),
    }


def _walk(folder: Traversable, place: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        path = f"{place}{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        else:
            yield path, entry


def _place(path: str, values: dict[str, str]) -> str:
    """Where a template's text goes. Hidden files have no dot in Zoo's package, lest tools that pack
    it leave them out."""
    named = path.replace("MODULE", values["module"]).replace("KEY", values["key"])
    return named.replace("DOT", ".").removesuffix(".jinja")


def _write(source: Traversable, path: Path, values: dict[str, str]) -> Path:
    environment = Environment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it writes Python, not HTML
    )
    text = environment.from_string(source.read_text("utf-8")).render(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    return path
