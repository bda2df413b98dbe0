"""``zoo verify --report`` as people call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from pages import Page, picture
from PIL import Image

from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pics/ in the current folder: a sealed picture and a photograph."""
    folder = tmp_path / "pics"
    folder.mkdir()
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(picture(1), Record("toy.x", "toy"), source=source, out=folder / "sealed.png")
    picture(2).save(folder / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    return folder


def test_the_page_stands_beside_the_usual_answers(call_zoo, pictures: Path) -> None:
    plain = call_zoo("verify", "pics", "none.png", "--json")
    done = call_zoo("verify", "pics", "none.png", "--json", "--report", "out.html")
    assert done.returncode == 1
    assert json.loads(done.stdout)["files"] == json.loads(plain.stdout)["files"]
    assert done.stderr == "report: out.html\n"
    page = Page(Path("out.html").read_text("utf-8"))
    names = [str(Path("pics", "photo.jpg")), str(Path("pics", "sealed.png")), "none.png"]
    for name, article in zip(names, page.as_given, strict=True):
        assert name in article
    assert "This installation's own certificate: 1 for signing" in page.text
    assert str(pictures.parent) not in page.text
    assert "home" not in page.text


def test_no_picture_is_decoded_outside_the_limits(call_zoo, pictures: Path, monkeypatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a stranger's pixels were decoded in this process")

    monkeypatch.setattr(Image.Image, "thumbnail", refuse)
    assert call_zoo("verify", "pics", "--report", "out.html").returncode == 0
    page = Page(Path("out.html").read_text("utf-8"))
    sizes = [(a["width"], a["height"]) for name, a in page.elements if name == "img"]
    assert sizes == [("128", "128")] * 2
    for path in pictures.iterdir():
        assert f"{path.stat().st_size:,} bytes" in page.text


def test_what_is_there_is_not_replaced_unasked(call_zoo, pictures: Path) -> None:
    photo = (pictures / "photo.jpg").read_bytes()
    for words in (("pics/photo.jpg",), ("pics/photo.jpg", "--force"), ("no/out.html",)):
        done = call_zoo("verify", "pics", "--report", *words)
        assert (done.returncode, done.stdout) == (2, "")
    assert (pictures / "photo.jpg").read_bytes() == photo
    Path("out.html").write_text("old")
    done = call_zoo("verify", "pics", "--report", "out.html")
    assert (done.returncode, done.stdout, Path("out.html").read_text()) == (2, "", "old")
    assert "--force" in done.stderr
    assert call_zoo("verify", "pics", "--report", "out.html", "--force").returncode == 0
    assert len(Page(Path("out.html").read_text("utf-8")).articles) == 2
