"""A reader that goes away (``zoo … | head -1``), or never was, is no error to tell of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


@pytest.mark.parametrize(
    "arguments",
    [["models"], ["models", "--json"], ["plugins"], ["verify", "p.png"], ["verify", "."]],
)
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


@pytest.mark.parametrize("arguments", [["models"], ["verify", "p.png", "q.png"]])
@pytest.mark.skipif(os.name != "posix", reason="a shell's >&-")
def test_without_a_stdout_a_command_does_its_work(arguments: list[str], tmp_path: Path) -> None:
    for name in ("p.png", "q.png"):
        Image.new("RGB", (64, 64), "teal").save(tmp_path / name)
    words = [sys.executable, "-m", "zoo_cli", *arguments]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *words],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
