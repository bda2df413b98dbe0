"""``zoo verify`` as people and programs call it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from PIL import Image

from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


def picture(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((128, 128), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """pics/: two photographs, one in a folder below, a sealed picture, and a file of no kind."""
    pics = tmp_path / "pics"
    (pics / "below").mkdir(parents=True)
    picture(1).save(pics / "b.jpg")
    picture(2).save(pics / "below" / "a.PNG")
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(picture(3), Record("toy.x", "toy", seed=4), source=source, out=pics / "sealed.png")
    (pics / "notes.txt").write_text("no picture")
    return pics


def test_json_of_a_folder(run_zoo, folder: Path) -> None:
    done = run_zoo("verify", "pics", "--json")
    notes = str(Path("pics", "notes.txt"))
    said = f"1 file that is no picture was passed over: {notes}\n"
    assert (done.returncode, done.stderr) == (0, said)
    answer = json.loads(done.stdout)
    assert (answer["schema"], answer["passed_over"], answer["complete"]) == (1, [notes], True)
    assert [f["file"] for f in answer["files"]] == [
        str(Path("pics", "b.jpg")),
        str(Path("pics", "below", "a.PNG")),
        str(Path("pics", "sealed.png")),
    ]
    assert [f["verdict"] for f in answer["files"]] == ["no-evidence"] * 2 + ["issued-here"]
    entry = answer["files"][2]
    assert set(entry) == {
        "file", "sha256", "verdict", "origin", "integrity", "error", "reasons", "evidence",
    }  # fmt: skip
    assert (entry["origin"], entry["integrity"], entry["error"]) == ("ai", "intact", None)
    assert entry["sha256"] == hashlib.sha256((folder / "sealed.png").read_bytes()).hexdigest()
    c2pa = next(e for e in entry["evidence"] if e["examiner"] == "c2pa")
    assert (c2pa["state"], c2pa["finding"]) == ("Trusted", "says")
    assert c2pa["details"]["record"]["seed"] == 4
    states = [e["state"] for e in answer["files"][0]["evidence"] if e["examiner"] == "c2pa"]
    assert states == ["none"]


def test_one_entry_for_each_named_file_in_order(run_zoo, folder: Path) -> None:
    names = ["pics/sealed.png", "missing.png", "pics/notes.txt", "pics/b.jpg", "no*fit.png"]
    done = run_zoo("verify", *names, "pics/below/*.PNG", "--json")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    files = json.loads(done.stdout)["files"]
    assert [Path(f["file"]).as_posix() for f in files] == [*names, "pics/below/a.PNG"]
    verdicts = ["issued-here", None, None, "no-evidence", None, "no-evidence"]
    assert [f["verdict"] for f in files] == verdicts
    for entry in files:
        assert (entry["error"] is None) == (entry["verdict"] is not None)
    assert files[1]["error"]["code"] == "unreadable"
    assert files[1]["error"]["message"]
    assert files[1]["origin"] is None
    assert files[1]["evidence"] == []


def test_expectations_and_exit_codes(run_zoo, folder: Path) -> None:
    assert run_zoo("verify", "pics/b.jpg", "--expect", "no-evidence").returncode == 0
    assert run_zoo("verify", "pics/b.jpg", "--expect", "issued-here").returncode == 3
    assert run_zoo("verify", "pics", "--expect", "no-evidence", "--json").returncode == 3
    unknown = run_zoo("verify", "pics/b.jpg", "--expect", "no-evidense")
    assert unknown.returncode == 2
    assert "no-evidence" in unknown.stderr
    assert run_zoo("verify").returncode == 2
    # What could not be read might have been anything, so that it comes first.
    both = run_zoo("verify", "missing.png", "pics", "--expect", "no-evidence", "--quick")
    assert both.returncode == 1
    sealed = Path("pics", "sealed.png")
    assert both.stderr.splitlines()[1:] == [f"differs: {sealed}: issued-here, not no-evidence"]


def test_the_report_says_what_and_what_not(run_zoo, folder: Path) -> None:
    done = run_zoo("verify", "pics", "--long")
    assert done.returncode == 0
    photo, _, sealed, last = done.stdout.strip().split("\n\n")
    tally, trusted = last.splitlines()
    assert tally == "3 files: 1 issued-here, 2 no-evidence"
    assert trusted.startswith("Trusted: this installation.")
    assert "(no-evidence)" in photo
    assert "Integrity: no statement to check." in photo
    assert "Integrity: the file is as it was issued here." in sealed
    assert "Made by: toy.x." in sealed
    assert "not evidence of a photograph" in " ".join(photo.split())
    assert "(issued-here)" in sealed
    assert "model toy.x, seed 4" in " ".join(sealed.split())
    assert "not examined" in sealed
    words = done.stdout.casefold().split()
    assert "real" not in words
    assert "%" not in done.stdout


def test_verifying_leaves_no_trace(run_zoo, tmp_path: Path, zoo_home: Path) -> None:
    picture(5).save(tmp_path / "photo.png")
    assert run_zoo("verify", "photo.png").returncode == 0
    assert not zoo_home.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["photo.png"]


def test_strangers_text_cannot_drive_the_terminal(run_zoo, tmp_path: Path) -> None:
    name = "a\x1b[2Jb.png"
    picture(6).save(tmp_path / name)
    assert "\x1b" not in run_zoo("verify", name).stdout
    assert json.loads(run_zoo("verify", name, "--json").stdout)["files"][0]["file"] == name


@pytest.mark.skipif(os.name != "posix", reason="needs names that are no text")
def test_names_that_are_no_text(run_zoo, tmp_path: Path) -> None:
    name = os.fsdecode(b"odd\xff.png")
    try:
        picture(6).save(tmp_path / name)
    except OSError:
        pytest.skip("this file system refuses the name")
    for flags in ([], ["--json"]):
        done = run_zoo("verify", name, *flags)
        assert (done.returncode, done.stderr) == (0, "")


def test_an_empty_folder_is_no_success(run_zoo, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run_zoo("verify", "empty", "--json", "--expect", "no-evidence")
    assert done.returncode == 1
    assert json.loads(done.stdout)["files"][0]["error"]["code"] == "unreadable"


def test_whom_to_trust_is_asked_and_told(
    run_zoo, folder: Path, tmp_path: Path, zoo_home: Path
) -> None:
    """Under a list that names its signer a picture is declared; without it, it is claimed."""
    root = (zoo_home / "identity" / "root.pem").read_text()
    published = tmp_path / "published"
    published.mkdir()
    for name in ("C2PA-TRUST-LIST.pem", "C2PA-TSA-TRUST-LIST.pem"):
        (published / name).write_text(root)
    elsewhere = {"ZOO_HOME": str(tmp_path / "elsewhere")}
    run_zoo("trust", "update", "--from", published, env=elsewhere)

    def ask(*more: str) -> tuple[str, str]:
        done = run_zoo("verify", "pics/sealed.png", *more, env=elsewhere)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[1], done.stdout.splitlines()[-1]

    verdict, trusted = ask()
    assert "(declared-ai)" in verdict
    assert trusted.startswith("Trusted: the C2PA trust list (installed on 20")
    newest = x509.load_pem_x509_certificate(root.encode()).not_valid_before_utc
    assert f"its newest certificate of {newest:%Y-%m-%d})" in trusted
    verdict, trusted = ask("--trust", "this-installation")
    assert "(claimed-ai)" in verdict
    unproven = run_zoo("verify", "pics", "--trust", "this-installation", env=elsewhere).stdout
    assert re.search(r"^claimed-ai +ai +unproven +", unproven, re.MULTILINE)
    assert trusted.startswith("Trusted: nobody. The C2PA trust list is not among them")
    told = json.loads(run_zoo("verify", "pics/sealed.png", "--json", env=elsewhere).stdout)
    [official] = told["examined"]["trusted"]
    assert official["newest"] == f"{newest:%Y-%m-%dT%H:%M:%SZ}" < official["installed"]
    assert (official["who"], official["signers"], official["timestampers"]) == ("official", 1, 1)
    missing = run_zoo("verify", "pics/sealed.png", "--trust", "interim", env=elsewhere)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "zoo trust update interim" in missing.stderr
    unknown = run_zoo("verify", "pics/sealed.png", "--trust", "everybody", env=elsewhere)
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_a_record_is_read_or_refused_before_anything(run_zoo, folder: Path) -> None:
    for text in ("", "[]", '{"record": 5}', '{"model": "x"}', "{" * 10**5):
        (folder / "record.json").write_text(text)
        done = run_zoo("verify", "pics/b.jpg", "--record", folder / "record.json")
        assert (done.returncode, done.stdout) == (1, "")
        assert "zoo ledger show" in done.stderr
        assert len(done.stderr.splitlines()) == 1
