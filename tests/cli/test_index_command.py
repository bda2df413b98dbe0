"""``zoo index`` and ``zoo verify --index`` as people and programs call them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

import zoo
from zoo_provenance.errors import PictureIndexError

pytest.importorskip("cv2")

DOCS = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")


def scene(seed: int) -> Image.Image:
    """A hundred shapes, 240 x 180."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (240, 180), (90, 100, 110))
    draw = ImageDraw.Draw(image)
    for _ in range(100):
        circle = (*rng.uniform(0, 240, 2), rng.uniform(4, 16))
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        draw.regular_polygon(circle, int(rng.integers(3, 7)), float(rng.uniform(0, 360)), colour)
    return image


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """seen/: three pictures, one of them below; crop.png: a mirrored part of the second one."""
    (tmp_path / "seen" / "below").mkdir(parents=True)
    for seed, name in ((1, "a.png"), (2, "b.png"), (3, "below/c.png")):
        scene(seed).save(tmp_path / "seen" / name)
    part = scene(2).crop((60, 40, 200, 150)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    part.save(tmp_path / "crop.png")
    scene(9).save(tmp_path / "other.png")
    return tmp_path


def documented(heading: str) -> set[str]:
    (text,) = (s for s in re.split(r"^## ", DOCS, flags=re.MULTILINE) if f"`{heading}" in s[:60])
    return set(re.findall(r"\w+", text))


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from keys(inner)


def asked(call_zoo, *words: str | Path, expect: int = 0) -> dict[str, Any]:
    done = call_zoo("index", *words, "--json")
    assert done.returncode == expect, done.stderr
    table = json.loads(done.stdout)
    assert table["schema"] == 1
    assert set(keys(table)) <= documented("zoo index … --json")
    return table


def test_the_life_of_an_index(call_zoo, pictures: Path, zoo_home: Path) -> None:
    seen = pictures / "seen"
    table = asked(call_zoo, "add", seen)
    assert (table["added"], table["known"], table["pictures"], table["errors"]) == (3, 0, 3, [])
    assert table["index"] == str(zoo_home / "index")
    table = asked(call_zoo, "add", seen, pictures / "none.png", pictures / "other.png", expect=1)
    assert (table["added"], table["known"], table["pictures"]) == (1, 3, 4)
    assert [e["error"]["code"] for e in table["errors"]] == ["unreadable"]
    listed = asked(call_zoo, "list", "-n", "2")["pictures"]
    assert [Path(entry["path"]).name for entry in listed] == ["other.png", "c.png"]
    (shown,) = asked(call_zoo, "show", seen / "a.png")["pictures"]
    assert asked(call_zoo, "show", shown["sha256"])["pictures"] == [shown]
    assert asked(call_zoo, "show", str(shown["id"]))["pictures"] == [shown]
    (seen / "a.png").unlink()
    assert asked(call_zoo, "remove", seen / "a.png", "2")["pictures"] == 2
    table = asked(call_zoo, "check", "--repair")
    assert (table["sound"], table["pictures"], table["without_features"]) == (True, 2, 0)


def test_verify_tells_of_the_earlier_picture_and_decides_nothing(call_zoo, pictures: Path) -> None:
    asked(call_zoo, "add", pictures / "seen", "--jobs", "2")
    plain = json.loads(call_zoo("verify", pictures / "crop.png", "--json").stdout)["files"][0]
    (pictures / "copy.png").write_bytes((pictures / "seen" / "a.png").read_bytes())
    names = [pictures / "crop.png", pictures / "other.png", pictures / "copy.png"]
    done = call_zoo("verify", *names, "--index", "--json")
    files = json.loads(done.stdout)["files"]
    found = [next(e for e in f["evidence"] if e["examiner"] == "index") for f in files]
    assert [f["verdict"] for f in files] == ["no-evidence"] * 3
    assert [e["state"] for e in found] == ["seen", "absent", "seen"]
    assert [e["finding"] for e in found] == ["seen-before", "nothing", "seen-before"]
    assert set(keys(found)) <= documented("zoo verify --json")
    (match,) = found[0]["details"]["matches"]
    assert Path(match["path"]).name == "b.png"
    assert np.abs(np.subtract(match["alignment"]["box"], (60, 40, 140, 110))).max() <= 2
    assert (match["alignment"]["mirrored"], match["same_file"]) == (True, False)
    assert [m["same_file"] for m in found[2]["details"]["matches"]] == [True]
    assert found[2]["summary"].endswith("a.png. This one is the very file.")
    assert files[0]["reasons"] == [*plain["reasons"], found[0]["summary"]]
    assert {k: v for k, v in files[0].items() if k not in ("reasons", "evidence")} == {
        k: v for k, v in plain.items() if k not in ("reasons", "evidence")
    }
    said = found[0]["summary"]
    assert re.search(r"added on \d{4}-\d\d-\d\d: \S*b\.png\. This one is a crop of it \(36 %", said)
    assert said.endswith(", mirrored.")
    text = call_zoo("verify", pictures / "crop.png", "--index").stdout
    assert "".join(said.split()) in "".join(text.split())  # it is wrapped


def test_a_file_is_no_earlier_copy_of_itself(call_zoo, pictures: Path, monkeypatch) -> None:
    """Of a folder that was added as a whole, what is told is which pictures are there twice."""
    seen = pictures / "seen"
    (pictures / "crop.png").rename(seen / "crop.png")
    asked(call_zoo, "add", seen)
    monkeypatch.chdir(seen)  # by whatever way it is named
    printed = call_zoo("verify", ".", "--index", "--json").stdout
    by_name = {
        Path(entry["file"]).name: evidence
        for entry in json.loads(printed)["files"]
        for evidence in entry["evidence"]
        if evidence["examiner"] == "index"
    }
    assert {name: e["state"] for name, e in by_name.items()} == {
        "a.png": "itself", "b.png": "seen", "c.png": "itself", "crop.png": "seen",
    }  # fmt: skip
    assert by_name["a.png"]["finding"] == "nothing"
    assert [m["same_file"] for m in by_name["a.png"]["details"]["matches"]] == [True]
    for name, other in (("b.png", "crop.png"), ("crop.png", "b.png")):
        assert [Path(m["path"]).name for m in by_name[name]["details"]["matches"]] == [other]
    table = call_zoo("verify", ".", "--index").stdout
    assert "4 files: 4 no-evidence; 2 seen before" in table
    assert table.count("(seen before)") == 2
    rows = csv.DictReader(call_zoo("verify", ".", "--index", "--csv").stdout.splitlines())
    assert [Path(row["seen_before"]).name for row in rows] == ["", "crop.png", "", "b.png"]


def test_many_files_and_the_page(call_zoo, pictures: Path, zoo_home: Path) -> None:
    asked(call_zoo, "add", pictures / "seen")
    names = [pictures / "crop.png", pictures / "other.png"]
    page = pictures / "page.html"
    table = call_zoo("verify", *names, "--index", "--jobs", "2", "--report", page).stdout
    assert re.search(r"^no-evidence .*crop\.png \(seen before\)$", table, re.MULTILINE)
    assert re.search(r"^no-evidence .*other\.png$", table, re.MULTILINE)
    text = page.read_text("utf-8")
    assert "Seen before" in text
    assert "b.png" in text
    assert "are in the index\n“<bdi>index</bdi>”" in text
    assert str(pictures / "seen") not in text  # a page is handed on; where things lie is nobody's
    assert str(zoo_home) not in text
    rows = list(csv.DictReader(call_zoo("verify", *names, "--index", "--csv").stdout.splitlines()))
    assert [row["seen_before"] for row in rows] == [str(pictures / "seen" / "b.png"), ""]


def test_another_folder(call_zoo, pictures: Path) -> None:
    folder = pictures / "desk"
    asked(call_zoo, "add", pictures / "seen", "--index-path", folder)
    assert len(asked(call_zoo, "list", "--index-path", folder)["pictures"]) == 3
    done = call_zoo("verify", pictures / "crop.png", "--index-path", folder)
    assert "A picture in the index shows the same" in done.stdout
    own = call_zoo("verify", pictures / "crop.png", "--index")
    assert own.returncode == 1
    assert "'zoo index add FOLDER' begins one" in own.stderr
    assert own.stdout == ""


@pytest.mark.parametrize("words", [("list",), ("show", "1"), ("remove", "1"), ("check",)])
def test_there_is_no_index_yet(call_zoo, zoo_home: Path, words: tuple[str, ...]) -> None:
    done = call_zoo("index", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no index of pictures in" in done.stderr
    assert not zoo_home.exists()


def test_what_is_in_no_index(call_zoo, pictures: Path) -> None:
    asked(call_zoo, "add", pictures / "seen")
    for what in ("7", "0" * 64, "nothing.png"):
        done = call_zoo("index", "remove", "1", what)
        assert done.returncode == 2
        assert f"'{what}' is no id, sha256 or path" in done.stderr
    assert len(asked(call_zoo, "list")["pictures"]) == 3


def test_names_from_strangers_cannot_draw_on_the_terminal(call_zoo, pictures: Path) -> None:
    try:
        scene(5).save(pictures / "seen" / "\x1b[31mred.png")
    except OSError:
        pytest.skip("this file system refuses such names")
    call_zoo("index", "add", pictures / "seen")
    scene(5).crop((10, 10, 180, 160)).save(pictures / "part.png")
    for words in (("index", "list"), ("index", "show", "1"), ("verify", "part.png", "--index")):
        printed = call_zoo(*(pictures / w if w == "part.png" else w for w in words))
        assert "red.png" in printed.stdout
        assert "\x1b" not in printed.stdout + printed.stderr


def test_without_opencv_it_says_what_it_cannot_do(
    call_zoo, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this process, and in those that look at files.
    monkeypatch.setattr("zoo_provenance.index.features._loaded", lambda: False)
    (pictures / "broken").mkdir()
    (pictures / "broken" / "cv2.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(pictures / "broken")
    done = call_zoo("index", "add", pictures / "seen")
    assert done.returncode == 0
    assert "pip install -e '.[index]'" in done.stderr
    copy = pictures / "copy.jpg"
    scene(1).save(copy, quality=80)
    whole, crop = (
        " ".join(call_zoo("verify", name, "--index").stdout.split())
        for name in (copy, pictures / "crop.png")
    )
    assert "A picture in the index shows the same" in whole
    assert "No picture in the index shows the same." in crop
    for text in (whole, crop):
        assert "OpenCV is not installed (pip install -e '.[index]' in your clone of Zoo)" in text
    assert "3 were added without OpenCV" in call_zoo("index", "check").stdout


def test_in_python(call_zoo, pictures: Path, zoo_home: Path) -> None:
    with pytest.raises(PictureIndexError, match="there is no index"):
        zoo.verify(pictures / "crop.png", index=True)
    asked(call_zoo, "add", pictures / "seen")
    folder = zoo_home / "index"
    before = {p.name: p.stat().st_mtime_ns for p in folder.iterdir()}
    for index in (True, folder, str(folder)):
        found = zoo.verify(pictures / "crop.png", index=index, thorough=False)
        assert [e.state for e in found.evidence if e.examiner == "index"] == ["seen"]
    quiet = zoo.verify(pictures / "crop.png", thorough=False)
    assert "index" not in {e.examiner for e in quiet.evidence}
    assert {p.name: p.stat().st_mtime_ns for p in folder.iterdir()} == before
