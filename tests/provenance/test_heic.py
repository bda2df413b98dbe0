"""HEIC: decoded where the extra is installed, examined for all else where it is not."""

from __future__ import annotations

import io
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from zoo_provenance import pictures
from zoo_provenance.errors import PictureError, TooLargeError
from zoo_provenance.examination import examine
from zoo_provenance.pictures import can_decode, open_picture
from zoo_provenance.trust import Trust


def heic(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=95, **options)
    return out.getvalue()


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    pictures._has_heif.cache_clear()
    yield
    monkeypatch.undo()
    pictures._has_heif.cache_clear()


def test_pixels_are_decoded_and_nothing_is_registered(make_image) -> None:
    image = make_image(3, 96)
    picture = open_picture(heic(image))
    assert (picture.mode, picture.size) == ("RGB", (96, 96))
    difference = np.asarray(picture).astype(int) - np.asarray(image)
    assert np.abs(difference).mean() < 6
    assert "HEIF" not in Image.OPEN
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(io.BytesIO(heic(image)))


def test_caps_hold_before_anything_is_decoded() -> None:
    data = heic(Image.new("RGB", (64, 64)))
    at = data.index(b"ispe") + 8
    for width, height in ((8000, 6000), (100_000, 100_000)):
        told = data[:at] + struct.pack(">II", width, height) + data[at + 8 :]
        with pytest.raises(TooLargeError):
            open_picture(told)


def test_a_size_that_lies_is_not_decoded() -> None:
    data = heic(Image.new("RGB", (2048, 2048)))
    at = data.index(b"ispe") + 8
    with pytest.raises(PictureError, match="cannot be decoded"):
        open_picture(data[:at] + struct.pack(">II", 64, 64) + data[at + 8 :])


def test_damage_is_a_plain_error() -> None:
    data = heic(Image.effect_noise((128, 128), 60).convert("RGB"))
    rng = np.random.default_rng(1)
    told = []
    for _ in range(60):
        changed = bytearray(data)
        for at in rng.integers(0, min(len(data), 700), 4):
            changed[at] = rng.integers(256)
        try:
            open_picture(bytes(changed[: int(rng.integers(50, len(data)))]))
        except PictureError as error:
            told.append(str(error))
    assert len(told) > 30
    assert not any("\n" in text for text in told)


def test_without_the_extra_its_name_is_told(
    without_the_extra: None, tmp_path: Path, stranger
) -> None:
    path = tmp_path / "photo.heic"
    path.write_bytes(heic(Image.new("RGB", (300, 300), "red")))
    assert not can_decode("image/heic")
    with pytest.raises(PictureError, match=r"pip install -e '\.\[heic\]'"):
        open_picture(path.read_bytes())
    found = examine(path, trust=Trust(), thorough=False)
    assert found.verdict.verdict == "no-evidence"
    told = {e.examiner: e.summary for e in found.evidence if e.finding == "not-examined"}
    assert "'.[heic]'" in told["watermark"]
    ai = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    action = {"action": "c2pa.created", "digitalSourceType": ai}
    path.write_bytes(stranger.sign(path.read_bytes(), action, mime="image/heic"))
    assert examine(path, trust=stranger.trust, thorough=False).verdict.verdict == "declared-ai"


def test_a_watermark_survives_heic(make_image, tmp_path: Path) -> None:
    from zoo_provenance.record import Record
    from zoo_provenance.sealing import seal
    from zoo_provenance.source import SourceType

    sealed = tmp_path / "ours.png"
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(make_image(5, 256), Record.external("x", "1"), source=source, out=sealed)
    path = tmp_path / "saved.heic"
    path.write_bytes(heic(Image.open(sealed).convert("RGB")))
    found = examine(path, trust=Trust(), thorough=False)
    states = {e.examiner: e.state for e in found.evidence}
    assert states["watermark"] == "unknown"  # an id of a ledger that is not at hand
    assert found.verdict.verdict == "claimed-ai"
