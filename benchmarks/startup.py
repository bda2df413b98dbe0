"""Start-up of the command against ``python -c "import torch"``.

    python benchmarks/startup.py [--rounds 9]

The target is at most a quarter of the peer's time, for each command.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "import torch": [sys.executable, "-c", "import torch"],
    "zoo --help": [sys.executable, "-m", "zoo_cli", "--help"],
    "zoo models": [sys.executable, "-m", "zoo_cli", "models"],
    "zoo plugins": [sys.executable, "-m", "zoo_cli", "plugins"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    for command in COMMANDS.values():
        seconds(command)  # warm the disk cache
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    peer = statistics.median(times["import torch"])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:14} {1e3 * median:7.0f} ms   {median / peer:5.2f} of the peer's")


if __name__ == "__main__":
    main()
