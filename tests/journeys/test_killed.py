"""A run killed with SIGKILL at random moments loses nothing that it announced."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo_provenance.ledger import State
from zoo_provenance.ledger.sql import open_ledger

N = 96


def command(out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "zoo_cli", "generate", "-m", "stylegan-lite", "--seed", "3",
            "-n", str(N), "--batch", "8", "--out", str(out), *more]  # fmt: skip


def pixels(folder: Path) -> dict[str, np.ndarray]:
    return {p.name: np.asarray(Image.open(p)) for p in sorted(folder.glob("*.png"))}


@pytest.fixture
def unbroken(zoo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures of a run that nobody kills, in a copy of the home that was begun: ids, and so
    the pixels of marked pictures, follow from the ledger, too."""
    out, other = tmp_path_factory.mktemp("unbroken"), tmp_path_factory.mktemp("copy") / "zoo"
    open_ledger(create=True).close()
    shutil.copytree(zoo_home, other)
    env = {**os.environ, "ZOO_HOME": str(other)}
    subprocess.run(command(out), check=True, capture_output=True, env=env)
    return out


def kill_somewhere(out: Path, chance: random.Random) -> list[str]:
    """Start or resume a run, kill it while it seals; return the paths it announced."""
    process = subprocess.Popen(
        command(out, "--resume"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    announced = [process.stdout.readline()]  # the first batch is out: it is at work now
    time.sleep(chance.uniform(0, 0.8))
    process.send_signal(signal.SIGKILL)
    announced += process.stdout.read().splitlines(keepends=True)
    process.wait()
    return [line.split("  ")[0] for line in announced if line.endswith("\n")]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_four_kills_and_a_resume(tmp_path: Path, run_zoo, unbroken: Path) -> None:
    chance = random.Random(8)
    for _ in range(4):
        announced = kill_somewhere(tmp_path, chance)
        repaired = run_zoo("ledger", "check", "--repair")
        assert repaired.returncode == 0, repaired.stdout + repaired.stderr
        assert not list(tmp_path.glob("*.part"))
        ledger = open_ledger(create=False)
        rows = {row.sha256: row for row in ledger.rows()}
        ledger.close()
        assert {row.state for row in rows.values()} <= {State.SEALED}
        for path in tmp_path.iterdir():
            assert hashlib.sha256(path.read_bytes()).hexdigest() in rows, path
        for path in announced:
            assert Path(path).is_file()
    done = run_zoo(*command(tmp_path, "--resume", "--json")[3:])
    assert done.returncode == 0, done.stderr
    images = json.loads(done.stdout)["images"]
    assert [i["index"] for i in sorted(images, key=lambda i: i["index"])] == list(range(N))
    assert run_zoo("ledger", "check").returncode == 0
    ours, theirs = pixels(tmp_path), pixels(unbroken)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
