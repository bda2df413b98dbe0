"""``zoo ledger`` as a user runs it."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger import Row, State, format_id
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.source import SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA

Call = Callable[..., Any]


@pytest.fixture
def pictures(tmp_path: Path) -> list[Row]:
    """Three files, entered in the ledger."""
    rows = []
    with open_ledger(identity=ensure_identity(), create=True) as ledger:
        paths = [tmp_path / f"{n}.png" for n in range(3)]
        ids = ledger.reserve([str(p) for p in paths], [p.name for p in paths], [AI] * 3)
        for number, path in zip(ids, paths, strict=True):
            path.write_bytes(path.name.encode())
            digest = hashlib.sha256(path.name.encode())
            rows.append(
                Row(
                    id=number,
                    created="2026-01-02T03:04:05Z",
                    path=str(path),
                    sha256=digest.hexdigest(),
                    fingerprint=digest.digest(),
                    thumbnail=bytes(4096),
                    source_type="ai",
                    record='{"label":"Kiwi","model":"tiny.gan","schema":1}',
                    manifest=b"manifest",
                    state=State.WRITTEN,
                )
            )
        ledger.write(rows)
        ledger.seal(ids)
    return rows


def test_without_a_ledger_nothing_is_wrong_and_nothing_is_made(
    call_zoo: Call, zoo_home: Path
) -> None:
    for command in (("list",), ("check",), ("check", "--repair"), ("export",)):
        done = call_zoo("ledger", *command)
        assert done.returncode == 0
        assert "no ledger yet" in done.stdout + done.stderr
    assert json.loads(call_zoo("ledger", "list", "--json").stdout)["pictures"] == []
    assert json.loads(call_zoo("ledger", "check", "--json").stdout)["whole"] is True
    assert call_zoo("ledger", "show", "12").returncode == 1
    assert not zoo_home.exists()


def test_list_and_show(call_zoo: Call, pictures: list[Row]) -> None:
    listed = call_zoo("ledger", "list").stdout.splitlines()
    assert len(listed) == 3
    assert all("tiny.gan Kiwi" in line for line in listed)
    [newest] = json.loads(call_zoo("ledger", "list", "-n", "1", "--json").stdout)["pictures"]
    assert newest["id"] == format_id(max(r.id for r in pictures))
    for what in (format_id(pictures[1].id), pictures[1].path):
        picture = json.loads(call_zoo("ledger", "show", what, "--json").stdout)["picture"]
        assert picture["sha256"] == pictures[1].sha256
        assert picture["record"]["label"] == "Kiwi"
        assert pictures[1].sha256 in call_zoo("ledger", "show", what).stdout


def test_show_of_what_is_not_there(call_zoo: Call, pictures: list[Row], tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(b"other")
    for what, code in ((other, 1), ("0000000000", 1), ("no-such-file.png", 2)):
        done = call_zoo("ledger", "show", what)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith("zoo: ")


def test_export_holds_everything(call_zoo: Call, pictures: list[Row], tmp_path: Path) -> None:
    lines = call_zoo("ledger", "export").stdout
    rows = {row["id"]: row for row in map(json.loads, lines.splitlines())}
    assert set(rows) == {format_id(r.id) for r in pictures}
    row = rows[format_id(pictures[0].id)]
    assert base64.b64decode(row["thumbnail"]) == pictures[0].thumbnail
    assert base64.b64decode(row["manifest"]) == pictures[0].manifest
    out = tmp_path / "export.jsonl"
    assert call_zoo("ledger", "export", "--out", out).returncode == 0
    assert out.read_text() == lines
    assert call_zoo("ledger", "export", "--out", out).returncode == 2
    assert call_zoo("ledger", "export", "--out", tmp_path / "no" / "x").returncode == 1


def test_check_says_whole_or_broken(call_zoo: Call, pictures: list[Row], zoo_home: Path) -> None:
    for row in pictures:
        Path(row.path).unlink()  # what the user does with the files is no fault
    whole = call_zoo("ledger", "check")
    assert whole.returncode == 0
    assert "3 sealed pictures in 1 links" in whole.stdout
    database = sqlite3.connect(zoo_home / "ledger.sqlite3", isolation_level=None)
    database.execute("UPDATE details SET record = '{}' WHERE id = ?", (pictures[0].id,))
    database.close()
    broken = call_zoo("ledger", "check")
    assert broken.returncode == 1
    assert format_id(pictures[0].id) in broken.stdout
    report = json.loads(call_zoo("ledger", "check", "--json").stdout)
    assert report["whole"] is False
    assert [f["code"] for f in report["faults"]] == ["row-changed"]
    assert call_zoo("ledger", "check", "--repair").returncode == 1


def test_check_repairs_what_was_left(call_zoo: Call, zoo_home: Path, tmp_path: Path) -> None:
    with open_ledger(identity=ensure_identity(), create=True) as ledger:
        ledger.reserve([str(tmp_path / "a.png")], ["a"], [AI])
    (tmp_path / "a.png.part").write_bytes(b"half")
    assert "1 pictures are unfinished" in call_zoo("ledger", "check").stdout
    repaired = call_zoo("ledger", "check", "--repair", "--json")
    assert repaired.returncode == 0
    assert json.loads(repaired.stdout)["repaired"] == {"sealed": 0, "dropped": 1, "busy": 0}
    assert not (tmp_path / "a.png.part").exists()


def test_a_ledger_that_is_gone_or_damaged_is_one_line(
    call_zoo: Call, pictures: list[Row], zoo_home: Path
) -> None:
    (zoo_home / "ledger.sqlite3").write_bytes(b"no database" * 1000)
    for command in ("list", "check", "export"):
        done = call_zoo("ledger", command)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1
        assert "restore it from a backup" in done.stderr
    (zoo_home / "ledger.sqlite3").unlink()
    gone = call_zoo("ledger", "check")
    assert gone.returncode == 1
    assert "is gone" in gone.stderr


def test_a_bad_url_is_one_line(call_zoo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOO_LEDGER", "not a url")
    done = call_zoo("ledger", "list")
    assert done.returncode == 1
    assert "ZOO_LEDGER" in done.stderr
    assert len(done.stderr.splitlines()) == 1
