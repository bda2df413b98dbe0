"""``zoo seal`` as a person meets it: pictures of other programs get a history and marks."""

from __future__ import annotations

import io
import json
from pathlib import Path

import c2pa
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from zoo_provenance.watermark import read

AI = ("--source", "trainedAlgorithmicMedia")


def picture(seed: int = 3, size: tuple[int, int] = (200, 260)) -> Image.Image:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size[::-1], Image.Resampling.BICUBIC)


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.jpg"
    picture().save(path, quality=92)
    return path


def manifest(path: Path | str) -> dict:
    table = json.loads(c2pa.Reader(str(path)).json())
    assert table["validation_state"] == "Valid"
    return table["manifests"][table["active_manifest"]]


def actions(path: Path | str) -> list[dict]:
    found = {a["label"]: a["data"] for a in manifest(path)["assertions"]}
    return found["c2pa.actions.v2"]["actions"]


def verdict(call_zoo, path: Path | str) -> dict:
    return json.loads(call_zoo("verify", path, "--json").stdout)["files"][0]


def test_a_picture_by_ai_is_marked_and_its_file_is_its_parent(call_zoo, drawn, tmp_path) -> None:
    before = drawn.read_bytes()
    out = tmp_path / "out"
    done = call_zoo("seal", drawn, *AI, "--made-by", "Paint AI", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    (entry,) = json.loads(done.stdout)["pictures"]
    assert entry["path"] == str(out / "drawn.jpg")
    assert (entry["watermark"], entry["history"], entry["error"]) == (True, "file", None)
    assert drawn.read_bytes() == before
    assert [a["action"] for a in actions(entry["path"])] == [
        "c2pa.opened",
        "c2pa.watermarked.bound",
    ]
    (parent,) = manifest(entry["path"])["ingredients"]
    assert (parent["title"], parent["relationship"]) == ("drawn.jpg", "parentOf")
    reading = read(np.asarray(Image.open(entry["path"])), search=False)
    assert reading is not None
    assert f"{reading.payload:010x}" == entry["id"]
    found = verdict(call_zoo, entry["path"])
    assert (found["verdict"], found["origin"], found["integrity"]) == (
        "issued-here",
        "ai",
        "intact",
    )
    record = call_zoo("ledger", "show", entry["id"], "--json")
    assert json.loads(record.stdout)["picture"]["record"]["model"] == "Paint AI"


def test_a_photograph_gets_no_watermark(call_zoo, drawn, tmp_path) -> None:
    done = call_zoo("seal", drawn, "--source", "digitalCapture", "--out", tmp_path / "o", "--json")
    (entry,) = json.loads(done.stdout)["pictures"]
    assert entry["watermark"] is False
    assert read(np.asarray(Image.open(entry["path"]))) is None
    labels = {a["label"] for a in manifest(entry["path"])["assertions"]}
    assert not labels & {"c2pa.soft-binding", "c2pa.ai-disclosure"}
    assert verdict(call_zoo, entry["path"])["origin"] == "capture"


def test_a_manifest_that_is_there_becomes_history_and_is_never_hidden(
    call_zoo, drawn, tmp_path
) -> None:
    first = tmp_path / "first"
    assert call_zoo("seal", drawn, "--source", "digitalCapture", "--out", first).returncode == 0
    edited = ("--source", "compositeWithTrainedAlgorithmicMedia")
    refused = call_zoo("seal", first / "drawn.jpg", *edited, "--created", "--out", tmp_path / "x")
    assert refused.returncode == 1
    assert "would hide" in refused.stderr
    assert list((tmp_path / "x").iterdir()) == []
    done = call_zoo("seal", first / "drawn.jpg", *edited, "--out", tmp_path / "second", "--json")
    (entry,) = json.loads(done.stdout)["pictures"]
    assert entry["history"] == "manifest"
    (parent,) = manifest(entry["path"])["ingredients"]
    assert parent["active_manifest"]
    found = verdict(call_zoo, entry["path"])
    assert (found["verdict"], found["origin"]) == ("issued-here", "ai-edited")
    copy = tmp_path / "copy.png"
    Image.open(entry["path"]).crop((10, 0, 250, 190)).save(copy)
    assert (verdict(call_zoo, copy)["verdict"], verdict(call_zoo, copy)["origin"]) == (
        "issued-here",
        "ai-edited",
    )


def test_creation_is_stated_by_the_user(call_zoo, drawn, tmp_path) -> None:
    done = call_zoo("seal", drawn, *AI, "--created", "--out", tmp_path / "out", "--json")
    (entry,) = json.loads(done.stdout)["pictures"]
    assert entry["history"] is None
    assert actions(entry["path"])[0]["action"] == "c2pa.created"
    assert manifest(entry["path"]).get("ingredients", []) == []


def test_a_folder_goes_on_after_a_bad_file(call_zoo, tmp_path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    picture(1).save(folder / "a.png")
    (folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    picture(2).convert("L").save(folder / "c.webp")
    done = call_zoo("seal", folder, *AI, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.png", "c.webp"]
    assert "b.png" in done.stderr
    assert "sealed 2 of 3" in done.stderr
    again = call_zoo("seal", folder / "a.png", *AI, "--out", tmp_path / "out")
    assert again.returncode == 1
    assert "already there; --force replaces it" in again.stderr
    assert (
        call_zoo("seal", folder / "a.png", *AI, "--out", tmp_path / "out", "--force").returncode
        == 0
    )


def test_a_turned_photograph_is_sealed_upright(call_zoo, tmp_path) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    picture().save(file, "JPEG", exif=exif)
    (tmp_path / "turned.jpg").write_bytes(file.getvalue())
    done = call_zoo("seal", tmp_path / "turned.jpg", *AI, "--out", tmp_path / "o", "--json")
    (entry,) = json.loads(done.stdout)["pictures"]
    assert Image.open(entry["path"]).size == (200, 260)


def test_an_unknown_source_is_named_with_what_is_known(call_zoo, drawn) -> None:
    done = call_zoo("seal", drawn, "--source", "trainedAlgorithmic")
    assert done.returncode == 2
    assert "trainedAlgorithmicMedia" in done.stderr
    missing = call_zoo("seal", drawn)
    assert missing.returncode == 2
    assert "--source" in missing.stderr


def test_a_visible_label_is_drawn_before_the_marks(call_zoo, drawn, tmp_path) -> None:
    asked = ("--visible-label", "AI GENERATED", "--out", tmp_path / "out", "--json")
    done = call_zoo("seal", drawn, *AI, *asked)
    (entry,) = json.loads(done.stdout)["pictures"]
    pixels = np.asarray(Image.open(entry["path"]).convert("L")).astype(int)
    corner, above = pixels[-16:, :60], pixels[:60]
    assert corner.min() < 20
    assert corner.max() > 235
    assert np.abs(above - np.asarray(picture().convert("L"))[:60]).mean() < 4
    reading = read(np.asarray(Image.open(entry["path"])), search=False)
    assert reading is not None
    for text, why in (("x" * 61, "at most 60"), (" ", "empty"), ("a\nb", "line break")):
        refused = call_zoo("seal", drawn, *AI, "--visible-label", text, "--out", tmp_path / "no")
        assert refused.returncode == 2
        assert why in refused.stderr
    tiny = tmp_path / "tiny.png"
    picture(size=(40, 40)).save(tiny)
    small = call_zoo("seal", tiny, *AI, "--visible-label", "AI GENERATED", "--out", tmp_path / "no")
    assert small.returncode == 1
    assert "no room for the visible label" in small.stderr


def test_several_at_a_time_are_reported_in_order(call_zoo, tmp_path) -> None:
    folder = tmp_path / "drawn"
    folder.mkdir()
    for number in range(9):
        picture(number, (130, 140)).save(folder / f"{number}.png")
    (folder / "4.png").write_bytes(b"junk")
    done = call_zoo("seal", folder, *AI, "--jobs", "3", "--out", tmp_path / "out", "--json")
    assert done.returncode == 1
    tables = json.loads(done.stdout)["pictures"]
    assert [Path(table["file"]).stem for table in tables] == list("012345678")
    assert [table["file"] for table in tables if table["error"]] == [str(folder / "4.png")]
    assert len({table["id"] for table in tables}) == 9
    for table in tables:
        if table["path"]:
            assert verdict(call_zoo, table["path"])["verdict"] == "issued-here"
    assert call_zoo("ledger", "check").returncode == 0


@pytest.mark.parametrize("jobs", [1, 4])
def test_files_of_one_name_do_not_replace_each_other(call_zoo, tmp_path, jobs: int) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        picture(ord(name), (130, 140)).save(tmp_path / name / "same.png")
    files = (tmp_path / "a" / "same.png", tmp_path / "b" / "same.png")
    out = tmp_path / "out"
    done = call_zoo("seal", *files, *AI, "--force", "--jobs", str(jobs), "--out", out, "--json")
    assert done.returncode == 1
    errors = [table["error"] for table in json.loads(done.stdout)["pictures"]]
    [error] = [error for error in errors if error]
    assert "another file of this call" in error["message"]
    assert [file.name for file in out.iterdir()] == ["same.png"]
    assert json.loads(done.stdout)["pictures"][0]["error"] is None  # the first is the one


def test_a_marked_picture_by_ai_does_not_become_a_photograph(call_zoo, drawn, tmp_path) -> None:
    call_zoo("seal", drawn, *AI, "--out", tmp_path / "out")
    copy = tmp_path / "copy.jpg"
    Image.open(tmp_path / "out" / "drawn.jpg").save(copy, quality=90)  # the manifest is lost
    for words in (("--source", "digitalCapture"), (*AI, "--created")):
        done = call_zoo("seal", copy, *words, "--out", tmp_path / "again")
        assert done.returncode == 1
        assert "seal it with a source that says so" in done.stderr
        assert not (tmp_path / "again" / "copy.jpg").exists()
    edited = ("--source", "compositeWithTrainedAlgorithmicMedia")
    assert call_zoo("seal", copy, *edited, "--out", tmp_path / "again").returncode == 0


def test_nothing_is_sealed_as_what_its_own_marks_belie(call_zoo, drawn, tmp_path) -> None:
    """What was sealed here is believed here, so a wrong word would clear a picture for good."""
    call_zoo("seal", drawn, *AI, "--out", tmp_path / "out")
    sealed = tmp_path / "out" / "drawn.jpg"
    crop = tmp_path / "crop.png"  # a quick look does not find its mark
    whole = Image.open(sealed)
    whole.crop((0, 0, whole.width * 8 // 10, whole.height * 8 // 10)).save(crop)
    settings = PngInfo()
    settings.add_text("parameters", "a street\nSteps: 28, Sampler: Euler a, Seed: 1, Model: x")
    labelled = tmp_path / "labelled.png"
    picture(5, (300, 200)).save(labelled, pnginfo=settings)
    broken = tmp_path / "broken.jpg"
    data = bytearray(sealed.read_bytes())
    data[-2000] ^= 0x55
    broken.write_bytes(data)
    for file in (crop, labelled, broken):
        done = call_zoo("seal", file, "--source", "digitalCapture", "--out", tmp_path / "camera")
        assert done.returncode == 1, file
        assert f"{file.name} is not sealed as digitalCapture" in done.stderr
    assert not list((tmp_path / "camera").iterdir())
    plain = tmp_path / "plain.png"
    picture(6, (300, 200)).save(plain)
    words = ("--source", "digitalCapture", "--out", tmp_path / "camera")
    assert call_zoo("seal", plain, *words).returncode == 0


def test_the_original_is_never_replaced(call_zoo, drawn) -> None:
    before = drawn.read_bytes()
    done = call_zoo("seal", drawn, *AI, "--out", drawn.parent, "--force")
    assert done.returncode == 1
    assert "the file itself" in done.stderr
    assert drawn.read_bytes() == before


def test_what_carries_no_watermark_is_told(call_zoo, tmp_path) -> None:
    picture(1, (100, 90)).save(tmp_path / "small.png")
    done = call_zoo("seal", tmp_path / "small.png", *AI, "--out", tmp_path / "out")
    assert "1 of them without a watermark" in done.stderr
    assert "below 128" in done.stderr


def test_a_label_that_cannot_be_drawn_is_refused(call_zoo, drawn, tmp_path) -> None:
    words = ("--visible-label", "AI 人工", "--out", tmp_path / "out")
    done = call_zoo("seal", drawn, *AI, *words)
    assert done.returncode == 2
    assert "'人工'" in done.stderr
    assert not (tmp_path / "out").exists()
