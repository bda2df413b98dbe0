"""``zoo verify`` on folders: the table, CSV, and how far each file is looked into."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


def picture(seed: int, side: int = 160) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """pics/: a photograph, a sealed picture, a crop of it, and a file of no kind."""
    pics = tmp_path / "pics"
    pics.mkdir()
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(picture(3, 320), Record("toy.x", "toy", seed=4), source=source, out=pics / "sealed.png")
    sealed = Image.open(pics / "sealed.png").convert("RGB")
    sealed.crop((20, 30, 310, 300)).save(pics / "crop.png")
    picture(1).save(pics / "photo.jpg")
    (pics / "broken.png").write_text("no picture")
    return pics


def test_a_folder_gives_a_table_and_a_tally(call_zoo, folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder.parent)
    done = call_zoo("verify", "pics", "missing.png")
    assert done.returncode == 1
    pics = Path("pics")
    assert [line.split(maxsplit=3) for line in done.stdout.splitlines()] == [
        ["VERDICT", "ORIGIN", "INTEGRITY", "FILE"],
        ["unread", "-", "-", f"{pics / 'broken.png'}: not a picture: its first bytes are those of "
         "no picture format"],
        # A crop in a folder is found as it would be alone.
        ["issued-here", "ai", "changed", str(pics / "crop.png")],
        ["no-evidence", "unknown", "-", str(pics / "photo.jpg")],
        ["issued-here", "ai", "intact", str(pics / "sealed.png")],
        ["unread", "-", "-", "missing.png: the file cannot be read: No such file or directory"],
        [],
        ["5", "files:", "2", "issued-here, 1 no-evidence, 2 unread"],
        ["Trusted:", "this", "installation.", "The C2PA trust list is not among them (zoo trust "
         "update installs it)."],
    ]  # fmt: skip
    assert "quickly" not in done.stderr
    quick = call_zoo("verify", "pics/crop.png", "pics/photo.jpg", "--quick").stdout
    assert quick.splitlines()[-2] == "2 files: 2 no-evidence"


def test_many_files_are_looked_at_quickly_and_told_so(call_zoo, tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    for number in range(51):
        Image.new("L", (8, 8), number).save(tmp_path / f"{number}.png")
    done = call_zoo("verify", tmp_path, "--json")
    assert "51 of 52 files were looked at quickly" in done.stderr
    assert "the other 1 needed no search, or could not be read" in done.stderr
    states = {
        e["state"]
        for entry in json.loads(done.stdout)["files"]
        for e in entry["evidence"]
        if e["examiner"] == "watermark"
    }
    assert states == {"not-searched"}
    quick = call_zoo("verify", tmp_path, "--quick", "--jobs", "1", "--csv")
    assert quick.stderr == ""
    rows = list(csv.DictReader(io.StringIO(quick.stdout, newline="")))
    assert {"watermark-search" in row["not_examined"].split() for row in rows[:-1]} == {True}
    assert rows[0]["reasons"].startswith("No marks were found in a quick look; crops, mirrored")
    assert "--thorough" in rows[0]["reasons"]


def test_csv_has_a_line_a_file(call_zoo, folder: Path) -> None:
    done = call_zoo("verify", folder, "--csv")
    assert done.returncode == 1
    assert done.stdout.count("\r\n") == 5
    broken, crop, photo, sealed = csv.DictReader(io.StringIO(done.stdout, newline=""))
    assert sealed["file"] == str(folder / "sealed.png")
    assert sealed["sha256"] == hashlib.sha256((folder / "sealed.png").read_bytes()).hexdigest()
    assert (sealed["verdict"], sealed["origin"], sealed["integrity"]) == (
        "issued-here", "ai", "intact",
    )  # fmt: skip
    assert sealed["signer"].startswith("Zoo local signer")
    assert sealed["says_ai"] == "ledger c2pa declared"
    assert sealed["id"] == crop["id"] != ""
    assert "The picture is in the ledger" in sealed["reasons"]
    assert (photo["verdict"], photo["says_ai"]) == ("no-evidence", "")
    assert not {"watermark", "watermark-search"} & set(photo["not_examined"].split())
    assert photo["reasons"] == "No marks were found."
    assert "watermark" in sealed["not_examined"].split()
    assert (broken["verdict"], broken["error_code"]) == ("", "unreadable")
    assert "not a picture" in broken["error"]


@pytest.mark.skipif(os.name != "posix", reason="needs names that Windows refuses")
def test_a_name_is_no_formula(call_zoo, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = [f"{start}HYPERLINK(1,2).png" for start in "=+-@\t\r\uff1d\uff0b\uff0d\uff20"]
    for name in names:
        Path(name).write_bytes(b"")
    printed = call_zoo("verify", "--csv", "--quick", "*.png").stdout
    cells = {row["file"] for row in csv.DictReader(io.StringIO(printed, newline=""))}
    shown = [name if name.isprintable() else f"\ufffd{name[1:]}" for name in names]
    assert cells == {f"'{name}" for name in shown}
    exact = json.loads(call_zoo("verify", "--json", "--quick", "*.png").stdout)["files"]
    assert {entry["file"] for entry in exact} == set(names)


@pytest.mark.skipif(os.name != "posix", reason="needs names that Windows refuses")
def test_names_that_turn_the_line_round(call_zoo, tmp_path: Path) -> None:
    """Direction controls (Unicode, Bidi_Control) make gpj.exe of exe.jpg."""
    marks = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    controls = {chr(mark) for mark in marks} | {"\n", "\x1b", "\x85", "\u2028"}
    name = "a" + "".join(sorted(controls)) + "gpj.png"
    picture(1, 16).save(tmp_path / name)
    (tmp_path / f"empty {name}").write_bytes(b"")
    for flags in ([], ["--long"], ["--csv"], ["--json"]):
        printed = call_zoo("verify", tmp_path, *flags).stdout
        assert not controls & set(printed.replace("\r\n", "").replace("\n", "")), flags
        assert "gpj.png" in printed


def test_one_way_to_tell_it(call_zoo, folder: Path) -> None:
    assert call_zoo("verify", folder, "--csv", "--json").returncode == 2
    assert call_zoo("verify", folder, "--jobs", "0").returncode == 2
