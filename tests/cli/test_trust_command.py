"""``zoo trust`` as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zoo_provenance.identity import ensure_identity

Call = Callable[..., Any]


def test_list_add_remove(call_zoo: Call, zoo_home: Path, tmp_path: Path) -> None:
    nothing = call_zoo("trust", "list")
    assert (nothing.returncode, nothing.stdout.splitlines()) == (
        0,
        ["signers: none", "time-stampers: none"],
    )
    assert not zoo_home.exists()
    others = [ensure_identity(tmp_path / name) for name in "ab"]
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("comment\n".join(o.root_pem for o in others))
    assert (
        "added 2 to the trusted signers; 0 already there" in call_zoo("trust", "add", bundle).stdout
    )
    assert "added 0" in call_zoo("trust", "add", bundle).stdout
    assert "time-stampers" in call_zoo("trust", "add", "--tsa", bundle).stdout
    listed = json.loads(call_zoo("trust", "list", "--json").stdout)
    assert listed["schema"] == 1
    for kind in ("signers", "timestampers"):
        assert {a["sha256"] for a in listed[kind]} == {o.root_sha256 for o in others}
    assert call_zoo("trust", "remove", others[0].root_sha256[:8]).returncode == 0
    listed = json.loads(call_zoo("trust", "list", "--json").stdout)
    assert [a["sha256"] for a in listed["signers"]] == [others[1].root_sha256]
    assert [a["sha256"] for a in listed["timestampers"]] == [others[1].root_sha256]


def test_the_own_certificate_is_listed_as_own(call_zoo: Call, zoo_home: Path) -> None:
    identity = ensure_identity()
    [own] = json.loads(call_zoo("trust", "list", "--json").stdout)["signers"]
    assert (own["sha256"], own["origin"]) == (identity.root_sha256, "own")
    assert "this installation" in call_zoo("trust", "list").stdout


def test_junk_is_refused_in_one_line(call_zoo: Call, tmp_path: Path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    for arguments in (("add", junk), ("add", tmp_path / "nowhere"), ("remove", "12")):
        done = call_zoo("trust", *arguments)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith("zoo: ")
        assert len(done.stderr.splitlines()) == 1


def test_a_list_is_updated_from_a_folder_exported_and_removed(
    call_zoo: Call, tmp_path: Path
) -> None:
    a, b, stamps = (ensure_identity(tmp_path / name).root_pem for name in ("a", "b", "stamps"))
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "C2PA-TRUST-LIST.pem").write_text(a)
    (folder / "C2PA-TSA-TRUST-LIST.pem").write_text(stamps)
    assert "zoo trust update" in call_zoo("trust", "list").stderr
    done = call_zoo("trust", "update", "--from", folder)
    assert "1 signers, 1 time-stampers" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    (folder / "C2PA-TRUST-LIST.pem").write_text(b)
    changed = call_zoo("trust", "update", "official", "--from", folder).stdout.splitlines()
    assert [line.split()[0] for line in changed[:2]] == ["+", "-"]
    listed = json.loads(call_zoo("trust", "list", "--json").stdout)
    assert [(a["origin"], a["name"]) for a in listed["signers"]] == [
        (
            "official",
            ensure_identity(tmp_path / "b").root.subject.rfc4514_string().split(",")[0][3:],
        )
    ]
    [info] = listed["lists"]
    assert (info["name"], info["signers"], info["timestampers"]) == ("official", 1, 1)
    exported = call_zoo("trust", "export").stdout
    assert b in exported
    assert a not in exported
    assert stamps in call_zoo("trust", "export", "--tsa").stdout
    assert call_zoo("trust", "export", "--profile", "this-installation").stdout == ""
    assert call_zoo("trust", "remove", "official").returncode == 0
    assert "none" in call_zoo("trust", "list").stdout
    for arguments in (("update", "official1"), ("export", "--profile", "every")):
        wrong = call_zoo("trust", *arguments)
        assert wrong.returncode == 2
        assert "one of: " in wrong.stderr
