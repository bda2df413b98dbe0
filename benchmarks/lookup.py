"""How long a fingerprint is looked up in a large ledger, beside imagehash's own comparison.

    python benchmarks/lookup.py [--rows 1000000] [--kind alike|unlike]

Makes a ledger in a folder of its own. ``alike``: hashes as of one kind of picture, each bit of a
common one flipped with probability 0.12 (pairs are 54 bits apart); ``unlike``: independent bits
(128). *cold* is a new process whose pages of the file were dropped from memory first, from opening
the ledger to the answer; *warm* the median of later look-ups; all on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import imagehash
import numpy as np

from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger.sql import SqlLedger, open_ledger
from zoo_provenance.source import SourceType

WITHIN = 24
ROUNDS = 30
PEERS_ROWS = 20_000


def hashes(rows: int, kind: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    if kind == "unlike":
        return rng.integers(0, 256, (rows, 32), np.uint8)
    common = rng.integers(0, 256, 32, np.uint8)
    made = np.empty((rows, 32), np.uint8)
    for start in range(0, rows, 10_000):
        part = made[start : start + 10_000]
        part[:] = np.packbits(rng.random((len(part), 256), np.float32) < 0.12, axis=1) ^ common
    return made


def fill(table: np.ndarray) -> Path:
    """A ledger with these hashes; returns the file of them."""
    with open_ledger(identity=ensure_identity(), create=True) as ledger:
        with sqlite3.connect(ledger.place.file or "") as database:
            database.executemany(
                "INSERT INTO pictures (id, state, created, path, fingerprint, link) "
                "VALUES (?, 'sealed', '', '', ?, 1)",
                ((number, row.tobytes()) for number, row in enumerate(table)),
            )
        seal_one(ledger)
        return ledger.place.fingerprints


def seal_one(ledger: SqlLedger) -> None:
    from zoo_provenance.ledger import Row

    [number] = ledger.reserve(["/one.png"], ["one"], [SourceType.TRAINED_ALGORITHMIC_MEDIA])
    row = Row(number, "", "/one.png", "00", bytes(32), bytes(4096), "", "{}", b"")
    ledger.write([row])
    ledger.seal([number])


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1e3 * (time.perf_counter() - start)


def look_up(wanted: str) -> None:
    """In a process of its own: the first look-up, then later ones."""
    start = time.perf_counter()
    ledger = open_ledger(create=False)
    assert ledger is not None
    found = ledger.near(bytes.fromhex(wanted), WITHIN)
    first = 1e3 * (time.perf_counter() - start)
    later = [timed(lambda: ledger.near(bytes.fromhex(wanted), WITHIN)) for _ in range(ROUNDS)]
    print(json.dumps({"first": first, "later": statistics.median(later), "found": len(found)}))


def in_new_process(wanted: bytes) -> dict[str, float]:
    command = [sys.executable, __file__, "--look-up", wanted.hex()]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=("alike", "unlike"), default="alike")
    parser.add_argument("--look-up", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.look_up:
        look_up(asked.look_up)
        return
    table = hashes(asked.rows, asked.kind)
    wanted = table[asked.rows // 3]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZOO_HOME"] = folder
        file = fill(table)
        print(f"{asked.rows:,} rows, {asked.kind}; the file has {file.stat().st_size:,} bytes")
        with file.open("rb") as data:
            os.fsync(data.fileno())
            os.posix_fadvise(data.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        cold, again = in_new_process(wanted.tobytes()), in_new_process(wanted.tobytes())
        print(f"cold {cold['first']:.0f} ms, a new process later {again['first']:.0f} ms")
        print(f"warm {again['later']:.1f} ms, {again['found']} found")
        file.unlink()
        without = in_new_process(wanted.tobytes())
        print(f"without the file: first {without['first']:.0f} ms, warm {without['later']:.1f} ms")
    peers = [imagehash.ImageHash(np.unpackbits(row).reshape(16, 16)) for row in table[:PEERS_ROWS]]
    mine = imagehash.ImageHash(np.unpackbits(wanted).reshape(16, 16))
    spent = timed(lambda: [other - mine <= WITHIN for other in peers])
    print(f"imagehash, hash by hash: {spent * asked.rows / PEERS_ROWS:,.0f} ms (extrapolated)")


if __name__ == "__main__":
    main()
