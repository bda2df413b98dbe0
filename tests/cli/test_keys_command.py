"""``zoo keys`` as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zoo_provenance.identity import ensure_identity, load_identity

Call = Callable[..., Any]


def test_show_says_that_there_is_none_and_makes_none(call_zoo: Call, zoo_home: Path) -> None:
    shown = call_zoo("keys", "show")
    assert shown.returncode == 0
    assert "no identity yet" in shown.stdout
    assert json.loads(call_zoo("keys", "show", "--json").stdout)["identity"] is None
    assert call_zoo("keys", "show", "--pem").returncode == 1
    assert not zoo_home.exists()


def test_show_gives_everything_but_the_key(call_zoo: Call, zoo_home: Path) -> None:
    identity = ensure_identity()
    shown = call_zoo("keys", "show")
    table = json.loads(call_zoo("keys", "show", "--json").stdout)["identity"]
    assert identity.certificate_sha256 in shown.stdout
    assert str(identity.folder) in shown.stdout
    assert table["sha256"] == identity.certificate_sha256
    assert table["valid_until"] == identity.valid_until
    assert "PRIVATE" not in shown.stdout + json.dumps(table)
    assert call_zoo("keys", "show", "--pem").stdout == identity.root_pem
    assert call_zoo("keys", "show", "--pem", "--json").returncode == 2


def test_remove_asks_and_keeps_the_root(call_zoo: Call, zoo_home: Path, tmp_path: Path) -> None:
    identity = ensure_identity()
    refused = call_zoo("keys", "remove")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert load_identity() is not None
    done = call_zoo("keys", "remove", "--yes")
    assert done.returncode == 0
    assert load_identity() is None
    [kept] = zoo_home.glob("retired/*.pem")
    assert f"zoo trust add {kept}" in done.stdout
    assert call_zoo("trust", "add", kept).returncode == 0
    assert identity.root_sha256[:16] in call_zoo("trust", "list").stdout
    assert "no identity to remove" in call_zoo("keys", "remove").stdout


def test_a_damaged_identity_is_one_line(call_zoo: Call, zoo_home: Path) -> None:
    (ensure_identity().folder / "key.pem").write_text("junk")
    shown = call_zoo("keys", "show")
    assert shown.returncode == 1
    assert shown.stdout == ""
    assert len(shown.stderr.splitlines()) == 1
    assert "zoo keys remove" in shown.stderr


def test_a_watermark_key_of_ones_own_is_made_once(call_zoo: Call, zoo_home: Path) -> None:
    assert json.loads(call_zoo("keys", "show", "--json").stdout)["watermark_key"] == "public"
    made = call_zoo("keys", "watermark")
    assert made.returncode == 0
    assert str(zoo_home / "watermark.key") in made.stdout
    assert "Keep a copy" in made.stderr
    key = (zoo_home / "watermark.key").read_text().strip()
    assert key not in made.stdout + made.stderr
    again = call_zoo("keys", "watermark")
    assert again.returncode == 1
    assert "already" in again.stderr
    assert (zoo_home / "watermark.key").read_text().strip() == key
    ensure_identity()
    assert str(zoo_home / "watermark.key") in call_zoo("keys", "show").stdout
    assert json.loads(call_zoo("keys", "show", "--json").stdout)["watermark_key"] == "own"
