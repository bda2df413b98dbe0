"""The watermarks of Stable Diffusion and FLUX, written by the package that writes them."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from math import comb
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo_provenance import sd_watermark
from zoo_provenance.examination import BUILT_IN, examine
from zoo_provenance.sd_watermark import COMPARISONS, MAX_RATE, MESSAGES, find, least, tail
from zoo_provenance.trust import Trust

pytest.importorskip("imwatermark", reason="needs the extra sd-watermark", exc_type=ImportError)

ONLY = [e for e in BUILT_IN if e.name == "sd-watermark"]


def scene(seed: int = 0, size: int = 256) -> np.ndarray:
    """Grain in middling colours: dwtDct loses its mark in even parts, in white and in black."""
    rng = np.random.default_rng(seed)
    return rng.integers(60, 200, (size, size, 3), dtype=np.uint8)


def smooth(seed: int) -> np.ndarray:
    coarse = Image.fromarray(scene(seed, 9))
    return np.asarray(coarse.resize((256, 256), Image.Resampling.BICUBIC))


def marked(name: str, pixels: np.ndarray, *, swapped: bool = False) -> np.ndarray:
    """As its generator marks: with the package's encoder, on floats or bytes."""
    from imwatermark import WatermarkEncoder

    message = next(m for m in MESSAGES if m.name == name)
    encoder = WatermarkEncoder()
    if name.startswith("Stable Diffusion ") and not name.endswith("XL"):
        text = {"1": b"StableDiffusionV1", "2": b"SDV2"}[name[-1]]
        encoder.set_watermark("bytes", text)
        kind = np.uint8
    else:
        encoder.set_watermark("bits", list(message.bits))
        kind = np.float32
    given = np.ascontiguousarray(pixels if swapped else pixels[:, :, ::-1], dtype=kind)
    out = encoder.encode(given, "dwtDct")
    out = out if swapped else out[:, :, ::-1]
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", [m.name for m in MESSAGES])
def test_each_is_read(name: str) -> None:
    match = find(marked(name, scene()))
    assert match is not None
    assert match.name == name
    assert match.agreeing >= least(match.bits)
    assert match.rate <= MAX_RATE


def test_the_message_is_that_of_diffusers() -> None:
    number = int("".join(map(str, MESSAGES[0].bits)), 2)
    assert (number, len(MESSAGES[0].bits)) == (0xB3EC907BB19E, 48)


def test_swapped_channels_are_read() -> None:
    match = find(marked("Stable Diffusion XL", scene(1), swapped=True))
    assert match is not None
    assert match.name == "Stable Diffusion XL"


def test_a_large_picture_is_read_from_its_upper_part() -> None:
    pixels = marked("Stable Diffusion XL", scene(2, 1024))
    pixels[640:] = 0
    assert find(pixels) is not None


def test_no_mark_no_match() -> None:
    assert [find(scene(seed)) for seed in range(4)] == [None] * 4
    assert [find(smooth(seed)) for seed in range(4)] == [None] * 4
    for grey in (0, 128, 255):
        assert find(np.full((256, 256, 3), grey, np.uint8)) is None
    assert find(np.zeros((256, 70_000, 3), np.uint8)) is None


def test_the_rate_is_that_of_all_comparisons() -> None:
    assert tail(4, 3) == (comb(4, 3) + 1) / 16
    assert COMPARISONS == 6
    for message in MESSAGES:
        bits = len(message.bits)
        assert tail(bits, least(bits)) * COMPARISONS <= MAX_RATE
        assert tail(bits, least(bits) - 1) * COMPARISONS > MAX_RATE


def test_the_examiner_claims(tmp_path: Path) -> None:
    path = tmp_path / "sdxl.png"
    Image.fromarray(marked("Stable Diffusion XL", scene())).save(path)
    found = examine(path, examiners=ONLY, trust=Trust())
    (evidence,) = found.evidence
    assert (found.verdict.verdict, evidence.state, evidence.kind) == (
        "claimed-ai",
        "found",
        "claim",
    )
    assert evidence.details["message"] == "Stable Diffusion XL"
    assert evidence.details["agreeing"] <= evidence.details["bits"] == 48
    assert evidence.details["false_positive_rate"] <= MAX_RATE
    (quick,) = examine(path, examiners=ONLY, trust=Trust(), thorough=False).evidence
    assert (quick.state, quick.finding) == ("not-searched", "not-examined")


def test_small_pictures_and_others(tmp_path: Path) -> None:
    for size, state in ((255, "too-small"), (256, "absent")):
        path = tmp_path / f"{size}.png"
        Image.fromarray(scene(3, size)).save(path)
        (evidence,) = examine(path, examiners=ONLY, trust=Trust()).evidence
        assert (evidence.state, evidence.finding) == (state, "nothing")
    wide = tmp_path / "wide.png"
    Image.new("1", (5000, 4000)).save(wide)
    (evidence,) = examine(wide, examiners=ONLY, trust=Trust()).evidence
    assert (evidence.state, evidence.finding) == ("too-large", "not-examined")
    drawing = tmp_path / "drawing.svg"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (evidence,) = examine(drawing, examiners=ONLY, trust=Trust()).evidence
    assert evidence.state == "unreadable"


def test_it_is_left_out_where_the_exact_file_is_known(tmp_path: Path) -> None:
    from zoo_provenance.ledger.sql import open_ledger
    from zoo_provenance.record import Record
    from zoo_provenance.sealing import seal
    from zoo_provenance.source import SourceType

    path = tmp_path / "ours.png"
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(Image.fromarray(scene()), Record.external("x", "1"), source=source, out=path)
    with open_ledger(create=False) as ledger:
        found = examine(path, trust=Trust(), ledger=ledger)
    states = {e.examiner: e.state for e in found.evidence}
    assert (states["ledger"], states["sd-watermark"]) == ("exact", "skipped")


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "imwatermark", None)
    sd_watermark.is_installed.cache_clear()
    yield
    monkeypatch.undo()
    sd_watermark.is_installed.cache_clear()


def test_without_the_package_its_name_is_told(without_the_extra: None, tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.fromarray(scene()).save(path)
    (evidence,) = examine(path, examiners=ONLY, trust=Trust()).evidence
    assert (evidence.state, evidence.finding) == ("not-installed", "not-examined")
    assert "pip install -e '.[sd-watermark]'" in evidence.summary


def test_reading_loads_no_torch(tmp_path: Path) -> None:
    path = tmp_path / "sdxl.png"
    out = io.BytesIO()
    Image.fromarray(marked("Stable Diffusion XL", scene())).save(out, "PNG")
    path.write_bytes(out.getvalue())
    code = (
        "import sys; from zoo_provenance.examination import BUILT_IN, examine\n"
        "from zoo_provenance.trust import Trust\n"
        "only = [e for e in BUILT_IN if e.name == 'sd-watermark']\n"
        f"found = examine({str(path)!r}, examiners=only, trust=Trust())\n"
        "assert found.verdict.verdict == 'claimed-ai', found\n"
        "assert 'torch' not in sys.modules and 'imwatermark' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
