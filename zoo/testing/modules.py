"""Checking the module that a plugin's entry point names: it is imported for ``zoo --help``."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

from .contract import Check, Report, run_checks

SLOW_SECONDS = 0.2
"""An import that takes longer is told."""

_IMPORTING = """
import importlib, json, sys, time
import zoo.plugins
start = time.perf_counter()
importlib.import_module(sys.argv[1])
took = time.perf_counter() - start
print("\\n" + json.dumps({"torch": "torch" in sys.modules, "seconds": took}))
"""
_log = logging.getLogger("zoo.plugins")


def check_module(name: str) -> Report:
    """Import a plugin's module in an interpreter of its own, to which it is new. Returns how each
    clause went; that it takes long is a warning."""
    return run_checks(name, _checks(name))


def _checks(name: str) -> Iterator[Check]:
    @cache
    def imported() -> dict[str, float] | None:
        found = _import(name)
        if found and found["seconds"] > SLOW_SECONDS:
            _log.warning(
                "importing %s takes %.2g s, for which zoo --help and zoo models wait; import what "
                "it needs inside the functions that need it",
                name,
                found["seconds"],
            )
        return found

    def alone() -> str | None:
        return None if imported() else "a new interpreter cannot import it"

    def light() -> str | None:
        found = imported()
        if found and found["torch"]:
            return (
                "it, or what it imports, imports torch; name factories as text, and import torch "
                "inside the functions that need it"
            )
        return None

    yield Check("its module can be imported", alone, essential=True)
    yield Check("its module imports no torch", light)


def _import(name: str) -> dict[str, float] | None:
    """Whether torch is there after the import, and how many seconds that took; None where it
    failed."""
    done = subprocess.run(  # noqa: S603 - this Python, and no shell
        [sys.executable, "-P", "-c", _IMPORTING, name],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=False,
    )
    for line in reversed(done.stdout.splitlines()):
        if line.startswith('{"torch": '):
            return dict(json.loads(line))
    return None
