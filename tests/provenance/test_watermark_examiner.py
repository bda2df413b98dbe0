"""From a mark in the pixels back to the ledger's row and manifest: what each finding leads to."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import c2pa
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from zoo_provenance import Record, SourceType, seal
from zoo_provenance.evidence import Evidence
from zoo_provenance.examination import Examination, examine
from zoo_provenance.home import zoo_home
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.sealing import Sealed
from zoo_provenance.trust import load_trust
from zoo_provenance.watermark import embed, read
from zoo_provenance.watermark_key import make_key

Pixels = NDArray[np.uint8]
AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


def drawn(seed: int, side: int = 256) -> Pixels:
    """A blob of a colour on a pale ground."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    cy, cx, ry, rx = rng.uniform([0.35, 0.35, 0.15, 0.15], [0.65, 0.65, 0.35, 0.35])
    inside = 1 / (1 + np.exp(40 * (((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 - 1)))
    colour = rng.uniform(20, 200, 3)
    picture = (
        240 + inside[..., None] * (colour - 240) * (0.7 + 0.3 * np.sin(9 * x + seed))[..., None]
    )
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    record = Record.external("brush", "2.0", prompt="a blob")
    return seal(drawn(1), record, source=AI, out=tmp_path / "sealed.png")


def received(tmp_path: Path, pixels: Pixels) -> Path:
    path = tmp_path / "received.jpg"
    Image.fromarray(pixels).save(path, quality=80)
    return path


def ask(path: Path, *, thorough: bool = True, ledger: bool = True) -> Examination:
    opened = open_ledger(create=False) if ledger else None
    try:
        return examine(path, trust=load_trust(), ledger=opened, thorough=thorough)
    finally:
        if opened is not None:
            opened.close()


def mark_of(found: Examination) -> Evidence:
    return next(e for e in found.evidence if e.examiner == "watermark")


def pixels_of(sealed: Sealed) -> Pixels:
    assert sealed.path is not None
    return np.asarray(Image.open(sealed.path))


def test_a_sealed_picture_carries_its_id_and_says_so(sealed: Sealed) -> None:
    reading = read(pixels_of(sealed), search=False)
    assert reading is not None
    assert f"{reading.payload:010x}" == sealed.id
    table = json.loads(c2pa.Reader(str(sealed.path)).json())
    assertions = table["manifests"][table["active_manifest"]]["assertions"]
    found = {a["label"]: a["data"] for a in assertions}
    bound = found["c2pa.soft-binding"]
    assert bound["alg"] == "org.zoo-generators.watermark.1"
    assert [b["value"] for b in bound["blocks"]] == [sealed.id]
    actions = [a["action"] for a in found["c2pa.actions.v2"]["actions"]]
    assert actions == ["c2pa.created", "c2pa.watermarked.bound"]


def test_a_picture_too_small_for_a_mark_claims_none(tmp_path: Path) -> None:
    record = Record.external("brush", "2.0")
    small = seal(drawn(1, side=120), record, source=AI, out=tmp_path / "small.png")
    assert np.array_equal(pixels_of(small), drawn(1, side=120))
    text = c2pa.Reader(str(small.path)).json()
    assert "c2pa.soft-binding" not in text
    assert "c2pa.watermarked" not in text


def test_a_picture_too_busy_for_a_legible_mark_claims_none(tmp_path: Path) -> None:
    """Black and white noise: the weakest legible mark would be stronger than is allowed."""
    dots = np.random.default_rng(0).integers(0, 2, (256, 256, 1), dtype=np.uint8) * 255
    noise = np.repeat(dots, 3, axis=2)
    record = Record.external("brush", "2.0")
    sealed = seal(noise, record, source=AI, out=tmp_path / "noise.png")
    assert not sealed.watermarked
    assert np.array_equal(pixels_of(sealed), noise)
    assert "c2pa.soft-binding" not in c2pa.Reader(str(sealed.path)).json()


def cropped(pixels: Pixels) -> Pixels:
    return pixels[10:220, 40:250]


def mirrored(pixels: Pixels) -> Pixels:
    return pixels[:, ::-1]


def framed(pixels: Pixels) -> Pixels:
    return np.pad(pixels, ((30, 50), (20, 20), (0, 0)), constant_values=240)


def cropped_and_framed(pixels: Pixels) -> Pixels:
    """The frame lies where the picture was: it must not count against it."""
    return framed(cropped(pixels))


@pytest.mark.parametrize("attack", [cropped, mirrored, framed, cropped_and_framed])
def test_the_mark_leads_back_to_the_manifest(
    tmp_path: Path, sealed: Sealed, attack: Callable[[Pixels], Pixels]
) -> None:
    found = ask(received(tmp_path, attack(pixels_of(sealed))))
    assert (found.verdict.verdict, found.verdict.origin) == ("issued-here", "ai")
    assert found.verdict.integrity == "changed"
    mark = mark_of(found)
    assert mark.state == "confirmed"
    assert "manifest was recovered from the ledger by that watermark" in mark.summary
    assert mark.details["id"] == sealed.id
    assert mark.details["false_positive_rate"] <= 1e-6
    manifest = mark.details["manifest"]
    assert (manifest["state"], manifest["names_the_mark"]) == ("Trusted", True)
    assert manifest["record"]["model"] == "brush"


def test_what_is_still_to_be_seen_of_it_is_told(tmp_path: Path, sealed: Sealed) -> None:
    whole = pixels_of(sealed)
    copy = mark_of(ask(received(tmp_path, whole)))
    assert copy.details["covered"] == 1.0
    assert "to be seen" not in copy.summary
    cut = mark_of(ask(received(tmp_path, cropped(whole))))
    assert cut.details["covered"] == pytest.approx(210 * 210 / 256**2, abs=0.05)
    covered = whole.copy()
    covered[:, 166:] = (20, 60, 200)  # a third painted over evenly
    third = ask(received(tmp_path, covered))
    assert third.verdict.verdict == "issued-here"
    assert mark_of(third).details["covered"] == pytest.approx(0.65, abs=0.05)
    assert "of it to be seen" in mark_of(third).summary
    covered[:, 80:] = (20, 60, 200)
    assert ask(received(tmp_path, covered)).verdict.verdict != "issued-here"


def test_a_mark_that_was_copied_onto_another_picture_is_found_out(
    tmp_path: Path, sealed: Sealed
) -> None:
    copied = pixels_of(sealed).astype(int) - drawn(1)
    other = np.clip(drawn(2) + copied, 0, 255).astype(np.uint8)
    found = ask(received(tmp_path, other))
    assert (found.verdict.verdict, found.verdict.integrity) == ("altered", "changed")
    assert mark_of(found).state == "disagrees"
    assert "may have been copied from another picture" in mark_of(found).summary


def test_a_mark_whose_row_is_damaged_stays_unconfirmed(tmp_path: Path, sealed: Sealed) -> None:
    with contextlib.closing(sqlite3.connect(zoo_home() / "ledger.sqlite3")) as database, database:
        database.execute("UPDATE details SET thumbnail = 'no picture'")
    found = ask(received(tmp_path, pixels_of(sealed)))
    mark = mark_of(found)
    assert (mark.state, mark.finding) == ("candidate", "candidate")
    assert mark.details["manifest"]["state"] == "Trusted"
    assert found.verdict.verdict == "inconclusive"


def test_a_mark_without_its_ledger_is_a_claim(tmp_path: Path, sealed: Sealed) -> None:
    found = ask(received(tmp_path, pixels_of(sealed)), ledger=False)
    assert (found.verdict.verdict, found.verdict.origin) == ("claimed-ai", "ai")
    assert mark_of(found).details["id"] == sealed.id
    unknown = ask(received(tmp_path, embed(drawn(5), 12345)))
    assert unknown.verdict.verdict == "claimed-ai"
    assert "is not in the ledger here" in mark_of(unknown).summary


def test_a_quick_look_says_that_it_was_one(tmp_path: Path, sealed: Sealed) -> None:
    quick = ask(received(tmp_path, cropped(pixels_of(sealed))), thorough=False)
    assert mark_of(quick).state == "not-searched"
    assert "--thorough" in mark_of(quick).summary
    assert mark_of(quick).in_part
    assert quick.verdict.reasons[0].startswith("No marks were found in a quick look; crops")
    whole = ask(received(tmp_path, pixels_of(sealed)), thorough=False)
    assert mark_of(whole).state == "confirmed"
    assert not mark_of(whole).in_part


def test_an_exact_file_needs_no_reading_and_a_changed_one_is_led_back(sealed: Sealed) -> None:
    assert sealed.path is not None
    assert mark_of(ask(sealed.path)).state == "skipped"
    with sealed.path.open("ab") as file:
        file.write(b"a line")
    found = ask(sealed.path)
    assert (found.verdict.verdict, found.verdict.origin) == ("altered", "ai")
    assert mark_of(found).state == "confirmed"
    assert mark_of(found).details["id"] == sealed.id
    assert f"changed copy of the picture {sealed.id}" in mark_of(found).summary
    assert mark_of(found).summary in found.verdict.reasons


def test_a_mark_with_the_id_of_a_picture_without_one_is_a_claim(tmp_path: Path) -> None:
    """Read by chance, or forged: it leads nowhere."""
    record, source = Record.external("brush", "2.0"), SourceType.DIGITAL_CAPTURE
    photo = seal(drawn(1), record, source=source, out=tmp_path / "photo.png")
    assert not photo.watermarked
    number = int(photo.id, 16)
    other = ask(received(tmp_path, embed(drawn(2), number)))
    assert other.verdict.verdict == "claimed-ai"
    assert (mark_of(other).state, mark_of(other).finding) == ("unknown", "says")
    assert mark_of(other).origin == other.verdict.origin
    assert f"{photo.id} is here that of a picture without this mark" in mark_of(other).summary
    # The same photograph with a mark that says AI: our books against a claim.
    itself = ask(received(tmp_path, embed(drawn(1), number)))
    assert itself.verdict.verdict == "conflict"


def test_a_mark_under_the_public_key_is_not_that_of_our_own(tmp_path: Path) -> None:
    make_key()
    record = Record.external("brush", "2.0")
    ours = seal(drawn(1), record, source=AI, out=tmp_path / "ours.png")
    assert ask(received(tmp_path, pixels_of(ours))).verdict.verdict == "issued-here"
    forged = ask(received(tmp_path, embed(drawn(2), int(ours.id, 16))))
    assert (forged.verdict.verdict, forged.verdict.origin) == ("claimed-ai", "ai")


def test_what_the_mark_alone_tells_is_in_its_lowest_bit(tmp_path: Path) -> None:
    for payload, origin in ((12345, "ai"), (12344, "ai-edited")):
        found = ask(received(tmp_path, embed(drawn(5), payload)), ledger=False)
        assert (found.verdict.verdict, found.verdict.origin) == ("claimed-ai", origin)


def test_a_picture_without_contrast_cannot_be_confirmed(tmp_path: Path) -> None:
    grey = np.full((256, 256, 3), 130, np.uint8)
    record = Record.external("brush", "2.0")
    flat = seal(grey, record, source=AI, out=tmp_path / "flat.png")
    found = ask(received(tmp_path, pixels_of(flat)))
    assert found.verdict.verdict == "inconclusive"
    assert mark_of(found).state == "candidate"


def test_a_dark_even_picture_is_known_in_a_bright_frame(tmp_path: Path) -> None:
    """The frame must not run into what is compared: a fiftieth of it would outweigh the picture."""
    y, x = np.mgrid[:256, :256] / 256
    land = 60 + 10 * np.sin(9 * x + 4 * y) + 6 * np.sin(17 * y - 5 * x)
    pixels = np.repeat(land[..., None], 3, axis=2).astype(np.uint8)
    record = Record.external("brush", "2.0")
    flat = seal(pixels, record, source=AI, out=tmp_path / "flat.png")
    found = ask(received(tmp_path, cropped_and_framed(pixels_of(flat))))
    assert found.verdict.verdict == "issued-here"
    assert mark_of(found).details["residual"] < 0.2


def test_a_frame_around_what_cannot_be_compared_is_no_forgery(tmp_path: Path) -> None:
    x = np.mgrid[:256, :256][1] / 256
    even = np.repeat((90 + 2.2 * np.sin(9 * x))[..., None], 3, axis=2)
    record = Record.external("brush", "2.0")
    flat = seal(even.round().astype(np.uint8), record, source=AI, out=tmp_path / "flat.png")
    found = ask(received(tmp_path, cropped_and_framed(pixels_of(flat))))
    assert mark_of(found).state == "candidate"
    assert found.verdict.verdict == "inconclusive"
