"""A folder for results, which is not left behind empty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def made_folder(path: Path) -> Iterator[None]:
    """Make a folder, and those above it, where they are not there. After an error, those that were
    made and are still empty go again."""
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for folder in made:
            try:
                folder.rmdir()
            except OSError:  # something lies in it
                break
        raise
