"""What looking at one file may cost, and how a process holds itself to that."""

from __future__ import annotations

import math
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .verifying import Asked

if sys.platform != "win32":
    import resource


@dataclass(frozen=True)
class Limits:
    """``seconds`` of processor time, and three times as many by the clock; ``memory``: bytes that
    the process may take beyond what it has at its start."""

    seconds: float
    memory: int = 768 * 1024**2

    @property
    def patience(self) -> float:
        """Seconds by the clock: longer, because other programs want the processor, too."""
        return 3 * self.seconds


def usual_limits(asked: Asked) -> Limits:
    """A picture of 64 megapixels, the largest that is decoded, takes 3 seconds of a slow core, 9
    with a search, and 650 MiB. What a picture takes to be made again is its model's matter."""
    if asked.replay or asked.record is not None:
        return Limits(600, 4 * 1024**3)
    return Limits(60 if asked.thorough else 20)


def limit_memory(limits: Limits) -> None:
    """Hold this process to its memory, on Linux; elsewhere nothing counts what malloc takes.

    RLIMIT_DATA counts what is private and writable. RLIMIT_AS would count the mapped files and
    the address space that allocators only reserve, too, several times what is ever used.
    """
    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    most = pages * os.sysconf("SC_PAGE_SIZE") + limits.memory
    _lower(resource.RLIMIT_DATA, most)


def limit_time(limits: Limits) -> None:
    """Let the system end this process when it has used so much more processor time from now on."""
    if sys.platform != "win32":
        used = time.process_time()
        _lower(resource.RLIMIT_CPU, math.ceil(used + limits.seconds))


def leave_no_core() -> None:
    """A crash writes no image of the process, which holds a stranger's file, to the disk."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _lower(kind: int, most: int) -> None:
    """Set the soft limit, but never above the hard one."""
    hard = resource.getrlimit(kind)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (soft, hard))
