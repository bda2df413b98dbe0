"""Checking a plugin in a process of its own, so that no plugin can end the check unseen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zoo.errors import PluginError, UsageError

from .contract import Outcome


@dataclass(frozen=True)
class Checked:
    """How the checks of one thing went that a plugin brings under a hook."""

    hook: str
    name: str
    outcomes: tuple[Outcome, ...]


def checked_apart(plugin: str, begun: Callable[[str], None]) -> Iterator[Checked]:
    """Everything that a plugin brings, as soon as it is checked; ``begun`` is called with the name
    of what is checked next.

    What ends the process fails, and the rest is checked in another one. Raises UsageError for a
    plugin that is not installed, PluginError for one that did not load.
    """
    done = 0
    while True:
        last: tuple[str, str] | None = None
        with _child(plugin, done) as child:
            for line in child.stdout or ():
                table = json.loads(line)
                if "end" in table:
                    return
                if "error" in table:
                    raise (UsageError if table["usage"] else PluginError)(table["error"])
                if "begun" in table:
                    last = table["begun"][0], table["begun"][1]
                    begun(last[1])
                elif last is not None:
                    yield Checked(*last, tuple(Outcome(**one) for one in table["checked"]))
                    done, last = done + 1, None
        how = _how(child.returncode)
        if last is None:
            raise PluginError(f"the process ended ({how}) while the plugins were loaded")
        why = f"the process ended ({how}) while it was tried; raise an error instead"
        yield Checked(*last, (Outcome("it does not end the process", "fails", why),))
        done += 1


@contextmanager
def _child(plugin: str, start: int) -> Iterator[subprocess.Popen[str]]:
    """A process that finds the same modules as this one; it is stopped where its answers are no
    longer wanted."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(  # noqa: S603 - this Python, and no shell
        [sys.executable, "-P", "-m", "zoo.testing.child", plugin, str(start)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    ) as child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"
