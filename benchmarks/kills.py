"""``zoo generate`` killed with SIGKILL at random moments, repaired, and at last resumed.

    python benchmarks/kills.py [--kills 20] [-n 2000]

After each kill: ``zoo ledger check --repair``, then no half file, no picture without a sealed row,
nothing lost that was announced. At the end the pictures are compared with an unbroken run's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from zoo_provenance.ledger import State
from zoo_provenance.ledger.sql import open_ledger


def zoo(*words: str) -> list[str]:
    return [sys.executable, "-m", "zoo_cli", *words]


def generate(n: int, out: Path) -> list[str]:
    return zoo("generate", "-m", "stylegan-lite", "-n", str(n), "--seed", "1", "--out", str(out))


def kill_once(n: int, out: Path, longest: float) -> set[str]:
    """Run or resume, kill; the paths that were announced."""
    process = subprocess.Popen(
        [*generate(n, out), "--resume"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    time.sleep(random.uniform(0, longest))
    process.send_signal(signal.SIGKILL)
    lines = process.stdout.read().splitlines(keepends=True)
    process.wait()
    return {line.split("  ")[0] for line in lines if line.endswith("\n")}


def check(out: Path, announced: set[str]) -> int:
    subprocess.run(zoo("ledger", "check", "--repair"), check=True, capture_output=True)
    ledger = open_ledger(create=False)
    rows = {row.sha256: row.state for row in ledger.rows()} if ledger else {}
    if ledger:
        ledger.close()
    assert set(rows.values()) <= {State.SEALED}, rows.values()
    files = list(out.iterdir()) if out.is_dir() else []
    for path in files:
        assert path.suffix == ".png", f"left behind: {path}"
        assert hashlib.sha256(path.read_bytes()).hexdigest() in rows, f"no row: {path}"
    assert all(Path(path).is_file() for path in announced)
    return len(files)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("-n", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--longest", type=float, default=12.0, help="seconds until a kill")
    given = parser.parse_args()
    random.seed(given.seed)
    with tempfile.TemporaryDirectory() as work:
        home, copy = Path(work) / "home", Path(work) / "home2"
        os.environ["ZOO_HOME"] = str(home)
        open_ledger(create=True).close()
        shutil.copytree(home, copy)  # ids, and so watermarks, follow from the ledger
        out = Path(work) / "killed"
        for number in range(given.kills):
            announced = kill_once(given.n, out, given.longest)
            count = check(out, announced)
            print(f"kill {number + 1:2}: {len(announced):4} announced, {count:4} files, all whole")
        done = subprocess.run(
            [*generate(given.n, out), "--resume", "--json"], check=True, capture_output=True
        )
        assert len(json.loads(done.stdout)["images"]) == given.n
        check(out, set())
        os.environ["ZOO_HOME"] = str(copy)
        whole = Path(work) / "whole"
        subprocess.run(generate(given.n, whole), check=True, capture_output=True)
        same = sum(
            np.array_equal(np.asarray(Image.open(p)), np.asarray(Image.open(out / p.name)))
            for p in whole.iterdir()
        )
        print(f"resumed: {same} of {given.n} pictures have the pixels of an unbroken run")
        assert same == given.n


if __name__ == "__main__":
    main()
