"""Start-up of the command with and without 50 plugins, beside ``llm`` with as many of its own.

    python benchmarks/startup_plugins.py [--rounds 15] [--plugins 50]

The peer is simonw/llm (``pip install llm``), left out with a message where it is not installed. The
target: within 100 ms of the time without the plugins, and faster than the peer. Runs alternate.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from many_plugins import install_many, install_many_for_llm

ZOO = [sys.executable, "-m", "zoo_cli"]
COMMANDS = {
    "zoo --help": [*ZOO, "--help"],
    "zoo models": [*ZOO, "models"],
    "zoo plugins": [*ZOO, "plugins"],
    "llm --help": [sys.executable, "-m", "llm", "--help"],
    "llm plugins": [sys.executable, "-m", "llm", "plugins"],
}


def seconds(command: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=env)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--plugins", type=int, default=50)
    given = parser.parse_args()
    commands = {n: c for n, c in COMMANDS.items() if c[2] != "llm" or find_spec("llm")}
    if len(commands) < len(COMMANDS):
        print("llm is not installed (pip install llm): it is left out")
    with tempfile.TemporaryDirectory() as folder:
        homes = {"ZOO_HOME": f"{folder}/home", "LLM_USER_PATH": f"{folder}/llm"}
        install_many(Path(folder, "zoo"), given.plugins)
        install_many_for_llm(Path(folder, "peer"), given.plugins)
        plain = {**os.environ, **homes}
        paths = {"zoo_cli": f"{folder}/zoo", "llm": f"{folder}/peer"}
        cases = {
            (name, many): (command, {**plain, "PYTHONPATH": paths[command[2]]} if many else plain)
            for name, command in commands.items()
            for many in (False, True)
        }
        for case in cases.values():
            seconds(*case)  # warm the disk cache, and compile the modules
        times = {name: [] for name in cases}
        for _ in range(given.rounds):
            for name, case in cases.items():
                times[name].append(seconds(*case))
    print(f"{'median, ms':14} {'without':>8} {'with ' + str(given.plugins):>8} {'more':>6}")
    for name in commands:
        without, with_many = (1e3 * statistics.median(times[name, m]) for m in (False, True))
        print(f"{name:14} {without:8.0f} {with_many:8.0f} {with_many - without:6.0f}")


if __name__ == "__main__":
    main()
