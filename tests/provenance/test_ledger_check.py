"""``check``: every way to tamper is found, and nothing else is called broken."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from rows import make_row

from zoo_provenance.errors import LedgerBrokenError
from zoo_provenance.identity import ensure_identity, remove_identity
from zoo_provenance.ledger.chain import row_digest
from zoo_provenance.ledger.check import Report, check
from zoo_provenance.ledger.head import Head, write_head
from zoo_provenance.ledger.sql import SqlLedger, open_ledger
from zoo_provenance.source import SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


def opened() -> SqlLedger:
    return open_ledger(identity=ensure_identity(), create=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose ledger has three links with three pictures each."""
    home = tmp_path_factory.mktemp("made") / "zoo"
    with open_ledger(home, identity=ensure_identity(home), create=True) as ledger:
        for link in range(3):
            paths = [Path(f"/pictures/{link}-{n}.png") for n in range(3)]
            ids = ledger.reserve([str(p) for p in paths], [p.name for p in paths], [AI] * 3)
            rows = zip(ids, paths, strict=True)
            ledger.write([make_row(i, p, p.name.encode()) for i, p in rows])
            ledger.seal(ids)
    return home


@pytest.fixture
def database(made: Path, zoo_home: Path) -> sqlite3.Connection:
    """A copy of it, ready to be tampered with."""
    shutil.copytree(made, zoo_home)
    return sqlite3.connect(zoo_home / "ledger.sqlite3", isolation_level=None)


def report(*, repair: bool = False) -> Report:
    ledger = opened() if repair else open_ledger(create=False)
    assert ledger is not None
    with ledger:
        return check(ledger, repair=repair)


def seal_one(name: str) -> None:
    with opened() as ledger:
        [number] = ledger.reserve([f"/pictures/{name}"], [name], [AI])
        ledger.write([make_row(number, Path(f"/pictures/{name}"), name.encode())])
        ledger.seal([number])


def codes() -> set[str]:
    return {fault.code for fault in report().faults}


def test_a_ledger_whose_files_were_moved_is_whole(database: sqlite3.Connection) -> None:
    database.execute("UPDATE pictures SET path = '/elsewhere.png' WHERE link = 2")
    found = report()
    assert found.whole
    assert (found.links, found.sealed, found.unfinished, found.ahead) == (3, 9, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pictures SET sha256 = upper(sha256)",
        "UPDATE pictures SET created = '2020-01-01T00:00:00Z'",
        "UPDATE pictures SET fingerprint = zeroblob(32)",
        "UPDATE pictures SET fingerprint = 'text instead of bytes, 32 long..'",
        "UPDATE pictures SET digest = NULL",
        "UPDATE pictures SET state = 'written'",
        "UPDATE pictures SET id = id + 1",
        "UPDATE pictures SET link = NULL",
        "UPDATE pictures SET link = 1",
        "UPDATE pictures SET link = 99",
        "UPDATE details SET thumbnail = zeroblob(4096)",
        "UPDATE details SET source_type = 'camera'",
        "UPDATE details SET record = replace(record, 'm', 'n')",
        "UPDATE details SET manifest = 5",
        "DELETE FROM details",
        "DELETE FROM pictures",
    ],
)
def test_a_changed_or_removed_row_is_found(database: sqlite3.Connection, change: str) -> None:
    [victim] = database.execute("SELECT id FROM pictures WHERE link = 2 LIMIT 1").fetchone()
    database.execute(f"{change} WHERE id = {victim}")
    found = report()
    assert found.faults
    opened().near(bytes(32), 256)
    [link] = {fault.link for fault in found.faults if fault.code != "row-added"} - {1}
    assert link == 2


def test_a_row_that_was_changed_with_its_digest_is_found(database: sqlite3.Connection) -> None:
    ledger = opened()
    for row, _ in ledger.by_link(2):
        database.execute("UPDATE details SET record = '{}' WHERE id = ?", (row.id,))
        digest = row_digest(replace(row, record="{}"))
        database.execute("UPDATE pictures SET digest = ? WHERE id = ?", (digest, row.id))
    assert codes() == {"row-changed"}


def test_a_row_that_was_put_in_is_found(database: sqlite3.Connection) -> None:
    copy = (
        "INSERT INTO pictures (id, state, created, path, sha256, fingerprint, digest, link) "
        "SELECT 7, state, created, path, sha256, fingerprint, digest, {} "
        "FROM pictures WHERE link = 2 LIMIT 1"
    )
    database.execute(copy.format("NULL"))
    assert codes() == {"row-added"}
    database.execute("DELETE FROM pictures WHERE id = 7")
    assert codes() == set()
    database.execute(copy.format("link"))
    assert codes() == {"row-added", "row-changed"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE links SET created = '2020' WHERE number = 2", {"link-changed"}),
        ("UPDATE links SET count = 2 WHERE number = 2", {"link-changed"}),
        ("UPDATE links SET count = 'x' WHERE number = 2", {"link-changed"}),
        ("UPDATE links SET previous = x'00' WHERE number = 2", {"link-changed"}),
        ("UPDATE links SET signature = x'00' WHERE number = 2", {"signature"}),
        ("UPDATE links SET signature = 'text' WHERE number = 2", {"signature"}),
        ("UPDATE certificates SET pem = 'none'", {"certificate"}),
        ("DELETE FROM certificates", {"certificate"}),
        ("DELETE FROM links WHERE number = 2", {"link-removed", "row-added"}),
        ("DELETE FROM links", {"cut-off", "row-added"}),
        (
            "DELETE FROM pictures WHERE link = 2; DELETE FROM links WHERE number = 2",
            {"link-removed"},
        ),
    ],
)
def test_a_changed_or_removed_link_is_found(
    database: sqlite3.Connection, change: str, expected: set[str]
) -> None:
    database.executescript(change)
    assert codes() == expected


@pytest.mark.parametrize("first", [1, 2, 3])
def test_links_removed_with_their_rows_are_found(
    database: sqlite3.Connection, zoo_home: Path, first: int
) -> None:
    for table, column in (("pictures", "link"), ("links", "number")):
        database.execute(f"DELETE FROM {table} WHERE {column} >= {first}")
    assert codes() == {"cut-off"}
    with opened() as ledger, pytest.raises(LedgerBrokenError, match="zoo ledger check"):
        ledger.reserve(["/pictures/new.png"], ["new"], [AI])
    head = (zoo_home / "ledger-head.json").read_bytes()
    assert not report(repair=True).whole
    assert (zoo_home / "ledger-head.json").read_bytes() == head


def test_a_chain_signed_anew_by_somebody_else_is_found(
    database: sqlite3.Connection, zoo_home: Path, tmp_path: Path
) -> None:
    """All of it consistent: rows, hashes, signatures, head; only the signer is another."""
    database.close()
    for file in zoo_home.glob("ledger*"):
        file.unlink()
    stranger = ensure_identity(tmp_path / "stranger")
    with open_ledger(zoo_home, identity=stranger, create=True) as ledger:
        [number] = ledger.reserve(["/pictures/a.png"], ["a"], [AI])
        ledger.write([make_row(number, Path("/pictures/a.png"), b"a")])
        ledger.seal([number])
    assert codes() == {"certificate"}


def test_links_of_a_removed_identity_still_hold(database: sqlite3.Connection) -> None:
    assert remove_identity() is not None
    assert report().whole
    seal_one("new.png")
    assert report().links == 4
    assert report().whole


def test_a_head_that_a_crash_left_behind_is_brought_up(
    database: sqlite3.Connection, zoo_home: Path
) -> None:
    head = zoo_home / "ledger-head.json"
    before = head.read_bytes()
    seal_one("new.png")
    after = head.read_bytes()
    head.write_bytes(before)
    found = report()
    assert found.whole
    assert found.ahead == 1
    assert report(repair=True).whole
    assert head.read_bytes() == after
    assert report().ahead == 0


@pytest.mark.parametrize("damage", ["gone", "empty", "junk"])
def test_a_lost_head_is_a_fault_until_it_is_repaired(
    database: sqlite3.Connection, zoo_home: Path, damage: str
) -> None:
    head = zoo_home / "ledger-head.json"
    before = head.read_bytes()
    if damage == "gone":
        head.unlink()
    else:
        head.write_bytes(b"" if damage == "empty" else b'{"schema": 1, "link": [3]}')
    assert codes() == {"head-missing"}
    with opened() as ledger, pytest.raises(LedgerBrokenError, match="zoo ledger check"):
        ledger.reserve(["/pictures/new.png"], ["new"], [AI])
    assert report(repair=True).whole
    assert head.read_bytes() == before


def test_a_forged_head_is_found(database: sqlite3.Connection, zoo_home: Path) -> None:
    head = zoo_home / "ledger-head.json"
    table = json.loads(head.read_text())
    for key, value in (("created", "2020"), ("hash", "00"), ("signature", "00" * 64)):
        head.write_text(json.dumps(table | {"link": table["link"] | {key: value}}))
        assert codes() == {"head"}
    head.write_text(json.dumps(table | {"ledger": "another"}))
    assert codes() == {"head"}
    assert not report(repair=True).whole


def test_an_end_exchanged_for_another_of_our_own_is_found(
    database: sqlite3.Connection, zoo_home: Path
) -> None:
    """Links 4 and 4' were both signed here: before and after a backup was brought back."""
    database.close()
    backup = {f: f.read_bytes() for f in zoo_home.glob("ledger*")}
    seal_one("first")
    head = (zoo_home / "ledger-head.json").read_bytes()
    for file, data in backup.items():
        file.write_bytes(data)
    seal_one("second")
    assert report().whole
    (zoo_home / "ledger-head.json").write_bytes(head)
    assert codes() == {"link-changed"}


def test_a_link_exchanged_for_another_of_our_own_is_found(
    database: sqlite3.Connection, zoo_home: Path, tmp_path: Path
) -> None:
    database.close()
    backup = {f: f.read_bytes() for f in zoo_home.glob("ledger*")}
    seal_one("other")
    other = tmp_path / "other.sqlite3"
    other.write_bytes((zoo_home / "ledger.sqlite3").read_bytes())
    for file, data in backup.items():
        file.write_bytes(data)
    seal_one("one")
    seal_one("two")
    tampered = sqlite3.connect(zoo_home / "ledger.sqlite3", isolation_level=None)
    tampered.execute(f"ATTACH '{other}' AS other")
    new = "(SELECT id FROM other.pictures WHERE link = 4)"
    for table in ("pictures", "details"):
        tampered.execute(f"INSERT INTO {table} SELECT * FROM other.{table} WHERE id IN {new}")
    tampered.execute(
        "DELETE FROM pictures WHERE link = 4 AND id NOT IN (SELECT id FROM other.pictures)"
    )
    tampered.execute("DELETE FROM links WHERE number = 4")
    tampered.execute("INSERT INTO links SELECT * FROM other.links WHERE number = 4")
    tampered.close()
    found = report().faults
    assert [(f.code, f.link) for f in found] == [("link-changed", 5)]


def test_the_head_never_goes_backwards(database: sqlite3.Connection, zoo_home: Path) -> None:
    file = zoo_home / "ledger-head.json"
    before = file.read_bytes()
    with opened() as ledger:
        first = next(ledger.links())
        write_head(file, Head(ledger.ledger_id, first))
    assert file.read_bytes() == before
