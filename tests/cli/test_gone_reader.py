"""A reader that goes away (``zoo … | head -1``) is no error to tell of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


@pytest.mark.parametrize("arguments", [["models"], ["models", "--json"], ["verify", "p.png"]])
def test_output_that_nobody_reads_ends_without_a_word(arguments: list[str], tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "p.png")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "zoo_cli", *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")
