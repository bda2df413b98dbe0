"""What strangers' packages may rely on changes only on purpose."""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

from public_api import SNAPSHOT

COMMAND = "python tests/support/public_api.py"


def test_the_public_interface_is_the_one_written_down() -> None:
    """In a process of its own: what a test has imported must not count."""
    program = "import public_api, sys; sys.stdout.write(public_api.describe())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1] / "support",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, now = SNAPSHOT.read_text("utf-8").splitlines(), done.stdout.splitlines()
    changes = list(difflib.unified_diff(before, now, "written down", "now", lineterm="", n=0))
    assert not changes, "\n".join(
        [
            "The public interface has changed:",
            *changes,
            f"If you mean it, run {COMMAND} and add a line to the CHANGELOG;",
            "docs/plugins/stability.md says what may change and how.",
        ]
    )
