"""Commands whose output nobody reads to its end, as in ``zoo verify photo.jpg | head -1``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


@pytest.mark.parametrize("command", [["plugins"], ["verify", "grey.png"], ["verify", "."]])
def test_a_reader_that_is_gone_is_no_error_to_tell(tmp_path: Path, command: list[str]) -> None:
    Image.new("RGB", (32, 32), "grey").save(tmp_path / "grey.png")
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "zoo_cli", *command],
            stdout=write,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={**os.environ, "ZOO_HOME": str(tmp_path / "home")},
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")
