"""A small run of the benchmark that breaks files in thousands of ways."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "mutated_files.py"


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory as POSIX tells it")
def test_every_broken_file_gets_an_answer() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--files", "90", "--seed", "3"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    told = done.stdout.splitlines()[0]
    assert told.startswith("90 files in")
    for verdict in ("issued-here", "altered", "unreadable"):
        assert verdict in told
