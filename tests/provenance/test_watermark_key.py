"""A watermark key of one's own: what is marked under it, and who can still read it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import c2pa
import numpy as np
import pytest
from PIL import Image

from zoo_provenance import Record, SourceType, seal
from zoo_provenance.errors import IdentityError
from zoo_provenance.evidence import Evidence
from zoo_provenance.examination import examine
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.sealing import Sealed
from zoo_provenance.trust import load_trust
from zoo_provenance.watermark import read
from zoo_provenance.watermark_key import key_file, make_key, own_key


def drawn(seed: int) -> np.ndarray:
    """Waves of a few colours, 256 x 256."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:256, :256] / 256
    waves = [np.sin(rng.uniform(5, 25) * x + rng.uniform(5, 25) * y) for _ in range(3)]
    return (128 + 80 * np.stack(waves, -1)).astype(np.uint8)


def sealed_as(tmp_path: Path, name: str, seed: int) -> Sealed:
    record = Record.external("brush", "2.0", number=seed)
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    return seal(drawn(seed), record, source=source, out=tmp_path / name)


def pixels_of(sealed: Sealed) -> np.ndarray:
    assert sealed.path is not None
    return np.asarray(Image.open(sealed.path))


def ask(tmp_path: Path, pixels: np.ndarray) -> Evidence:
    path = tmp_path / "received.jpg"
    Image.fromarray(pixels).save(path, quality=85)
    ledger = open_ledger(create=False)
    assert ledger is not None
    with ledger:
        found = examine(path, trust=load_trust(), ledger=ledger)
    return next(e for e in found.evidence if e.examiner == "watermark")


def algorithm_of(sealed: Sealed) -> str:
    table = json.loads(c2pa.Reader(str(sealed.path)).json())
    assertions = table["manifests"][table["active_manifest"]]["assertions"]
    [binding] = [a["data"] for a in assertions if a["label"] == "c2pa.soft-binding"]
    return str(binding["alg"])


def test_marks_under_it_are_read_with_it_only(tmp_path: Path) -> None:
    before = sealed_as(tmp_path, "before.png", 1)
    make_key()
    after = sealed_as(tmp_path, "after.png", 2)
    assert read(pixels_of(after), search=False) is None
    reading = read(pixels_of(after), key=own_key() or b"", search=False)
    assert reading is not None
    assert f"{reading.payload:010x}" == after.id
    assert algorithm_of(before) == "org.zoo-generators.watermark.1"
    assert algorithm_of(after) == "org.zoo-generators.watermark.1.own-key"


def test_verifying_reads_both_kinds_even_cropped(tmp_path: Path) -> None:
    before = sealed_as(tmp_path, "before.png", 1)
    make_key()
    after = sealed_as(tmp_path, "after.png", 2)
    for sealed, own in ((before, False), (after, True)):
        found = ask(tmp_path, pixels_of(sealed)[20:230, 15:240])
        assert found.state == "confirmed"
        assert found.details["id"] == sealed.id
        assert found.details["own_key"] is own
        assert found.details["manifest"]["names_the_mark"] is True


def test_without_the_ledger_it_is_still_known_whose_it_is(tmp_path: Path) -> None:
    make_key()
    pixels = pixels_of(sealed_as(tmp_path, "a.png", 2))
    path = tmp_path / "received.jpg"
    Image.fromarray(pixels).save(path, quality=85)
    found = examine(path, trust=load_trust(), ledger=None)
    [mark] = [e for e in found.evidence if e.examiner == "watermark"]
    assert "this installation's key" in mark.summary
    key_file().unlink()
    found = examine(path, trust=load_trust(), ledger=None)
    [mark] = [e for e in found.evidence if e.examiner == "watermark"]
    assert mark.state == "absent"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_file_is_private_and_never_replaced() -> None:
    assert own_key() is None
    file = make_key()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = own_key()
    assert key is not None
    assert len(key) == 32
    with pytest.raises(IdentityError, match="already"):
        make_key()
    assert own_key() == key
    file.chmod(0o644)
    with pytest.raises(IdentityError, match="chmod 600"):
        own_key()


@pytest.mark.parametrize("text", ["", "00ff", "not hex", "é"])
def test_a_damaged_key_is_told_and_not_passed_over(tmp_path: Path, text: str) -> None:
    make_key()
    key_file().write_text(text)
    with pytest.raises(IdentityError, match="the watermark key"):
        own_key()
    with pytest.raises(IdentityError, match="the watermark key"):
        sealed_as(tmp_path, "a.png", 1)
    assert not (tmp_path / "a.png").exists()


def test_an_unusable_key_does_not_hide_public_marks(tmp_path: Path) -> None:
    marked = pixels_of(sealed_as(tmp_path, "a.png", 1))
    make_key()
    key_file().write_text("damaged")
    assert ask(tmp_path, marked).state == "confirmed"
    found = ask(tmp_path, drawn(9))
    assert (found.state, str(found.finding)) == ("unreadable", "not-examined")
    assert "cannot read the watermark key" in found.summary
    assert "Error" not in found.summary


def test_a_home_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert own_key(tmp_path / "file") is None
    with pytest.raises(IdentityError, match="cannot make the folder"):
        make_key(tmp_path / "file")
