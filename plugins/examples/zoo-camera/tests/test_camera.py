"""The examiner keeps Zoo's contract, reads what cameras write, and clears nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.TiffImagePlugin import IFDRational
from zoo_camera.examiner import Camera

import zoo
from zoo.testing import check_examiner
from zoo_provenance.evidence import Evidence

pytestmark = pytest.mark.usefixtures("zoo_home")


def save(path: Path, **tags: str) -> Path:
    exif = Image.Exif()
    for name, value in tags.items():
        exif[Base[name]] = value
    more = exif.get_ifd(IFD.Exif)
    more[Base.ExposureTime], more[Base.LensModel] = IFDRational(1, 250), "35mm F2"
    Image.new("RGB", (64, 48), "olive").save(path, exif=exif)
    return path


def seen(path: Path) -> tuple[str, Evidence]:
    answer = zoo.verify(path)
    (evidence,) = (e for e in answer.evidence if e.examiner == "camera")
    return str(answer.verdict.verdict), evidence


def test_it_keeps_the_contract() -> None:
    check_examiner(Camera())


def test_a_camera_is_a_claim_that_proves_nothing(tmp_path: Path) -> None:
    verdict, evidence = seen(save(tmp_path / "a.jpg", Make="Pear", Model="Pear One"))
    assert verdict == "inconclusive"
    assert evidence.summary == (
        "The EXIF data say: taken with Pear One (35mm F2, 1/250 s). Anybody can write that."
    )


def test_a_claim_of_ai_weighs_more(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", Make="Pear", Model="One", Software="Midjourney")
    verdict, evidence = seen(path)
    assert verdict == "claimed-ai"
    assert evidence.details["software"] == "Midjourney"


def test_without_a_camera_there_is_nothing(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "plain.png")
    assert seen(tmp_path / "plain.png")[0] == "no-evidence"
    assert seen(save(tmp_path / "a.jpg", Software="Paint"))[1].finding == "nothing"


def test_what_a_stranger_wrote_is_short_and_printable(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", Make="\x1b[2J" + "x" * 500, Model="")
    assert len(seen(path)[1].details["camera"]) <= 60
    assert seen(path)[1].summary.isprintable()
