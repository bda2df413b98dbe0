"""The ledger as sealing and verifying use it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from zoo_provenance.errors import LedgerBrokenError, LedgerError
from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger import ID_BITS, Row, State, tables
from zoo_provenance.ledger.check import check
from zoo_provenance.ledger.sql import SqlLedger, open_ledger
from zoo_provenance.source import SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


def make_row(id: int, name: str) -> Row:
    """A written row; everything in it follows from ``name``."""
    seed = hashlib.sha256(name.encode()).digest()
    return Row(
        id=id,
        created="2026-01-02T03:04:05Z",
        path=f"/pictures/{name}.png",
        sha256=seed.hex(),
        fingerprint=seed[::-1],
        thumbnail=seed * 128,
        source_type="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        record='{"model":"m","schema":1}',
        manifest=seed * 50,
        state=State.WRITTEN,
    )


def seal(ledger: SqlLedger, *names: str) -> list[Row]:
    ids = ledger.reserve([f"/pictures/{n}.png" for n in names], names, [AI] * len(names))
    rows = [make_row(i, n) for i, n in zip(ids, names, strict=True)]
    ledger.write(rows)
    ledger.seal(ids)
    return rows


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with open_ledger(identity=ensure_identity(), create=True) as opened:
        yield opened


def test_a_row_goes_from_reserved_to_written_to_sealed(ledger: SqlLedger) -> None:
    ids = ledger.reserve(["/pictures/a.png", "/pictures/b.png"], ["a", "b"], [AI] * 2)
    assert len(set(ids)) == 2
    assert all(0 <= i < 2**ID_BITS for i in ids)
    reserved = ledger.by_id(ids[0])
    assert reserved is not None
    assert (reserved.state, reserved.path) == (
        State.RESERVED,
        str(Path("/pictures/a.png").absolute()),
    )
    a = make_row(ids[0], "a")
    ledger.write([a])
    found = ledger.by_sha256(a.sha256)
    assert found is not None
    assert found.state is State.WRITTEN
    assert found.link is None
    assert ledger.seal([ids[0]]) == 1
    sealed = ledger.by_sha256(a.sha256)
    assert sealed is not None
    assert (sealed.state, sealed.link) == (State.SEALED, 1)
    assert (sealed.thumbnail, sealed.record, sealed.manifest) == (a.thumbnail, a.record, a.manifest)
    ledger.release(ids)
    assert ledger.by_id(ids[0]) == sealed
    assert ledger.by_id(ids[1]) is None


def test_only_what_is_next_is_accepted(ledger: SqlLedger) -> None:
    [row] = seal(ledger, "a")
    [reserved] = ledger.reserve(["/pictures/b.png"], ["b"], [AI])
    with pytest.raises(LedgerError, match="not reserved"):
        ledger.write([row])
    with pytest.raises(LedgerError, match="not reserved"):
        ledger.write([make_row(reserved, "b"), make_row(12345, "c")])
    assert ledger.by_id(reserved).state is State.RESERVED  # type: ignore[union-attr]
    for ids in ([row.id], [reserved], [12345], []):
        with pytest.raises(LedgerError, match="cannot seal"):
            ledger.seal(ids)
    assert check(ledger).links == 1


def test_near_fingerprints_keep_up_with_what_is_written(ledger: SqlLedger) -> None:
    far = bytes(32)
    assert ledger.near(far, 256) == []
    rows = seal(ledger, "a", "b", "c")
    ledger.reserve(["/pictures/d.png"], ["d"], [AI])
    for row in rows:
        assert ledger.near(row.fingerprint, 0) == [(0, row.id)]
    with open_ledger(identity=ensure_identity(), create=True) as another:
        seal(another, "e")
    assert len(ledger.near(far, 256)) == 4


def test_rows_come_in_order_and_in_pages(ledger: SqlLedger) -> None:
    names = [f"p{n}" for n in range(450)]
    seal(ledger, *names)
    everything = [r.id for r in ledger.rows()]
    assert len(everything) == len(set(everything)) == 450
    assert [r.id for r in ledger.rows(newest_first=True)] == everything[::-1]
    assert [r.id for r in ledger.rows(newest_first=True, limit=201)] == everything[:-202:-1]


def test_the_newest_of_equal_files_is_found(ledger: SqlLedger) -> None:
    first, second = ledger.reserve(["/pictures/a.png", "/pictures/a.png"], ["a", "a"], [AI] * 2)
    ledger.write([make_row(first, "a")])
    newer = make_row(second, "a")
    ledger.write([Row(**{**vars(newer), "created": "2027-01-01T00:00:00Z"})])
    ledger.seal([first, second])
    found = ledger.by_sha256(newer.sha256)
    assert found is not None
    assert found.id == second


def test_reading_makes_nothing(zoo_home: Path) -> None:
    assert open_ledger(create=False) is None
    assert not zoo_home.exists()
    with open_ledger(identity=ensure_identity(), create=True) as ledger:
        [row] = seal(ledger, "a")
    before = {f: f.stat().st_mtime_ns for f in zoo_home.rglob("*")}
    reader = open_ledger(create=False)
    assert reader is not None
    with reader:
        assert reader.by_sha256(row.sha256) is not None
        assert check(reader).whole
        assert {f: f.stat().st_mtime_ns for f in zoo_home.rglob("*")} == before
        with pytest.raises(LedgerError, match="for reading"):
            reader.reserve(["/pictures/b.png"], ["b"], [AI])
    assert {f: f.stat().st_mtime_ns for f in zoo_home.rglob("*")} == before


def test_a_reader_sees_what_is_sealed_after_it_was_opened(ledger: SqlLedger) -> None:
    ledger.close()
    reader = open_ledger(create=False)
    assert reader is not None
    assert reader.near(bytes(32), 256) == []
    with open_ledger(identity=ensure_identity(), create=True) as writer:
        [row] = seal(writer, "a")
        assert reader.by_sha256(row.sha256) is not None
    assert reader.near(row.fingerprint, 0) == [(0, row.id)]
    reader.close()


@pytest.mark.skipif(os.name != "posix", reason="folder modes are POSIX's")
def test_a_read_only_copy_can_be_read(ledger: SqlLedger, zoo_home: Path, tmp_path: Path) -> None:
    [row] = seal(ledger, "a")
    ledger.close()
    copy = tmp_path / "copy"
    shutil.copytree(zoo_home, copy)
    for file in copy.iterdir():
        file.chmod(0o500 if file.is_dir() else 0o400)
    copy.chmod(0o500)
    try:
        reader = open_ledger(copy, create=False)
        assert reader is not None
        assert reader.by_sha256(row.sha256) is not None
        reader.close()
    finally:
        copy.chmod(0o700)


def test_several_processes_seal_at_once(ledger: SqlLedger) -> None:
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from test_ledger import ensure_identity, open_ledger, seal
with open_ledger(identity=ensure_identity(), create=True) as ledger:
    for batch in range(5):
        seal(ledger, *(f"{sys.argv[2]}-{batch}-{n}" for n in range(8)))
"""
    here = str(Path(__file__).parent)
    runs = [subprocess.Popen([sys.executable, "-c", code, here, str(n)]) for n in range(4)]
    assert [run.wait(timeout=120) for run in runs] == [0] * 4
    report = check(ledger)
    assert report.faults == ()
    assert (report.links, report.sealed, report.unfinished, report.ahead) == (20, 160, 0, 0)


def test_a_file_that_is_no_database_is_an_error_that_says_what_to_do(
    ledger: SqlLedger, zoo_home: Path
) -> None:
    seal(ledger, "a")
    ledger.close()
    file = zoo_home / "ledger.sqlite3"
    file.write_bytes(b"no database" + bytes(4096))
    for create in (True, False):
        with pytest.raises(LedgerError, match="restore it from a backup"):
            open_ledger(create=create)


def test_a_damaged_page_is_an_error_not_a_traceback(ledger: SqlLedger, zoo_home: Path) -> None:
    seal(ledger, *map(str, range(50)))
    ledger.close()
    file = zoo_home / "ledger.sqlite3"
    data = bytearray(file.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    file.write_bytes(data)
    with pytest.raises(LedgerError, match="damaged"):
        check(open_ledger(create=False) or pytest.fail("no ledger"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("not a url", "ZOO_LEDGER takes one like"),
        ("sqlite://", "names no file"),
        ("nosuchbase://host/name", "no driver"),
        ("sqlite:///{file}/ledger.sqlite3", "ledger.sqlite3"),
    ],
)
def test_a_bad_url_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, message: str
) -> None:
    (tmp_path / "file").write_text("a file cannot hold a ledger")
    monkeypatch.setenv("ZOO_LEDGER", url.format(file=tmp_path / "file"))
    with pytest.raises(LedgerError, match=message):
        open_ledger(create=True)


def test_zoo_ledger_names_another_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, zoo_home: Path
) -> None:
    file = tmp_path / "shared" / "all.db"
    monkeypatch.setenv("ZOO_LEDGER", f"sqlite:///{file}")
    assert open_ledger(create=False) is None
    with open_ledger(identity=ensure_identity(), create=True) as ledger:
        seal(ledger, "a")
        assert check(ledger).whole
    assert (tmp_path / "shared" / "all-head.json").is_file()
    assert not (zoo_home / "ledger.sqlite3").exists()


def test_a_newer_schema_is_refused_and_an_older_one_migrated(
    ledger: SqlLedger, zoo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = seal(ledger, "a")
    ledger.close()
    step = "ALTER TABLE pictures ADD COLUMN mark TEXT"
    monkeypatch.setattr(tables, "MIGRATIONS", (lambda c: c.exec_driver_sql(step),))
    with pytest.raises(LedgerError, match="older Zoo"):
        open_ledger(create=False)
    with open_ledger(identity=ensure_identity(), create=True) as migrated:
        assert migrated.by_sha256(row.sha256) is not None
    columns = sqlite3.connect(zoo_home / "ledger.sqlite3").execute("PRAGMA table_info(pictures)")
    assert "mark" in {c[1] for c in columns}
    monkeypatch.setattr(tables, "MIGRATIONS", ())
    for create in (True, False):
        with pytest.raises(LedgerError, match="update Zoo"):
            open_ledger(create=create)


def test_a_ledger_is_not_begun_anew_beside_an_old_head(ledger: SqlLedger, zoo_home: Path) -> None:
    seal(ledger, "a")
    ledger.close()
    (zoo_home / "ledger.sqlite3").unlink()
    with pytest.raises(LedgerBrokenError, match=re.escape("remove the head file")):
        open_ledger(identity=ensure_identity(), create=True)
    assert open_ledger(create=False) is None
