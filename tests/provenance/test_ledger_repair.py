"""``check --repair``: what a killed process left is finished or undone, the rest untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zoo_provenance.errors import LedgerError
from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger.check import Report, check
from zoo_provenance.ledger.sql import SqlLedger, open_ledger
from zoo_provenance.source import SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


def opened() -> SqlLedger:
    return open_ledger(identity=ensure_identity(), create=True)


def report(*, repair: bool = False) -> Report:
    ledger = opened() if repair else open_ledger(create=False)
    assert ledger is not None
    with ledger:
        return check(ledger, repair=repair)


CRASH = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[1].split(os.pathsep)
from rows import make_row
from test_ledger_repair import AI, opened
folder = Path(sys.argv[2])
ledger = opened()
paths = [folder / f"{n}.png" for n in range(6)]
ids = ledger.reserve([str(p) for p in paths], [p.name for p in paths], [AI] * 6)
rows = [make_row(i, p, p.name.encode()) for i, p in zip(ids, paths)]
part = [p.with_name(p.name + ".part") for p in paths]
part[0].write_bytes(b"half")                      # 0: reserved, half a file
for n in (2, 3, 4, 5):
    part[n].write_bytes(paths[n].name.encode())   # 1: reserved, no file
ledger.write(rows[2:])                            # 2: written, not renamed
part[3].rename(paths[3])                          # 3: written, renamed
paths[4].write_bytes(b"somebody's")               # 4: its name is taken
part[5].write_bytes(b"damaged")                   # 5: not what was written
print(*ids, flush=True)
if sys.argv[3] == "die":
    os.kill(os.getpid(), signal.SIGKILL) if os.name == "posix" else os._exit(1)
sys.stdin.read()
"""


def start(folder: Path, mode: str) -> tuple[subprocess.Popen[str], list[int]]:
    here = Path(__file__).parent
    modules = os.pathsep.join(map(str, (here, here.parent / "support")))
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, modules, str(folder), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, [int(word) for word in process.stdout.readline().split()]


def test_what_a_killed_process_left_is_finished_or_undone(zoo_home: Path, tmp_path: Path) -> None:
    process, ids = start(tmp_path, "die")
    process.wait(timeout=60)
    found = report()
    assert found.whole
    assert (found.sealed, found.unfinished) == (0, 6)
    done = report(repair=True)
    assert done.repaired is not None
    assert (done.repaired.sealed, done.repaired.dropped, done.repaired.busy) == (2, 4, 0)
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {
        "2.png": b"2.png",
        "3.png": b"3.png",
        "4.png": b"somebody's",
    }
    after = report()
    assert (after.whole, after.links, after.sealed, after.unfinished) == (True, 1, 2, 0)
    with opened() as ledger:
        assert {r.id for r in ledger.rows()} == {ids[2], ids[3]}
    again = report(repair=True)
    assert again.repaired is not None
    assert (again.links, again.repaired.sealed, again.repaired.dropped) == (1, 0, 0)
    assert not list(zoo_home.glob("sealing-*"))


def test_rows_of_a_running_process_are_left_alone(tmp_path: Path) -> None:
    process, _ = start(tmp_path, "stay")
    try:
        before = {f: f.read_bytes() for f in tmp_path.iterdir()}
        done = report(repair=True)
        assert done.repaired is not None
        assert (done.repaired.sealed, done.repaired.dropped, done.repaired.busy) == (0, 0, 6)
        assert {f: f.read_bytes() for f in tmp_path.iterdir()} == before
    finally:
        process.kill()
        process.wait(timeout=60)
    done = report(repair=True)
    assert done.repaired is not None
    assert (done.repaired.sealed, done.repaired.dropped) == (2, 4)


def test_a_path_that_a_running_process_makes_again_is_left_alone(tmp_path: Path) -> None:
    start(tmp_path, "die")[0].wait(timeout=60)
    with opened() as running:
        [number] = running.reserve([str(tmp_path / "0.png")], ["0"], [AI])
        (tmp_path / "0.png.part").write_bytes(b"being written")
        done = report(repair=True)
        assert done.repaired is not None
        assert (done.repaired.dropped, done.repaired.busy) == (3, 2)
        assert (tmp_path / "0.png.part").read_bytes() == b"being written"
        running.release([number])


def test_repairing_without_an_identity_seals_nothing(tmp_path: Path) -> None:
    start(tmp_path, "die")[0].wait(timeout=60)
    with (
        open_ledger(identity=None, create=True) as ledger,
        pytest.raises(LedgerError, match="without an identity"),
    ):
        check(ledger, repair=True)
    assert report(repair=True).sealed == 2
