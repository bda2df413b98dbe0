"""Examining a file: who is asked, what plugins may say, and that nothing is written."""

from __future__ import annotations

import gc
import io
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import zoo
from zoo_provenance.errors import LedgerError, PictureError, TooLargeError
from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.examination import BUILT_IN, Examination, examine
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import IPTC, Origin, SourceType
from zoo_provenance.subject import Subject
from zoo_provenance.trust import Trust, load_trust

CREATED_AI = {"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}


@pytest.fixture
def sealed(tmp_path: Path, make_image) -> Path:
    """A picture sealed by this installation."""
    path = tmp_path / "sealed.png"
    seal(
        make_image(7, 256),
        Record.external("paint", "3"),
        source=SourceType.TRAINED_ALGORITHMIC_MEDIA,
        out=path,
    )
    return path


def ask(path: Path, *extra, own: bool = True) -> Examination:
    ledger = open_ledger(create=False) if own else None
    trust = load_trust() if own else Trust()
    try:
        return examine(path, examiners=(*BUILT_IN, *extra), trust=trust, ledger=ledger)
    finally:
        if ledger:
            ledger.close()


def findings(found: Examination) -> dict[str, str]:
    return {e.examiner: str(e.finding) for e in found.evidence}


def test_an_exact_file_ends_the_costly_part(sealed: Path) -> None:
    found = ask(sealed)
    assert (found.verdict.verdict, found.verdict.integrity) == ("issued-here", "intact")
    assert findings(found) == {
        "ledger": "exact",
        "c2pa": "says",
        "declared": "says",
        "watermark": "not-examined",
        "fingerprint": "not-examined",
        "sd-watermark": "not-examined",
        "unread-marks": "not-examined",
    }
    assert {e.examiner: e.state for e in found.evidence}["c2pa"] == "Trusted"


def test_an_examined_file_is_let_go_of_at_once(tmp_path: Path, make_image) -> None:
    """Pictures are large: none may wait in memory until cycles are searched for."""
    seen: list[weakref.ref[Subject]] = []

    class Onlooker:
        name, kind = "onlooker", Kind.CLAIM

        def examine(self, subject: Subject) -> Evidence:
            seen.append(weakref.ref(subject))
            return Evidence(self.name, self.kind, "none", Finding.NOTHING, summary="")

    make_image(7, 256).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:-4000])
    gc.disable()
    try:
        ask(tmp_path / "whole.png", Onlooker())
        with pytest.raises(PictureError):
            ask(tmp_path / "cut.png", Onlooker())
        assert [subject() for subject in seen] == [None, None]
    finally:
        gc.enable()


def test_marks_that_nobody_read_here_are_named(sealed: Path) -> None:
    (unread,) = [e for e in ask(sealed).evidence if e.examiner == "unread-marks"]
    assert unread.summary.startswith("SynthID (only Google reads it)")
    names = [mark["name"] for mark in unread.details["marks"]]
    assert {"SynthID", "TrustMark"} <= set(names)
    assert all(set(mark) == {"name", "written_by", "read_by"} for mark in unread.details["marks"])


def test_a_copy_is_confirmed_and_another_picture_is_not(sealed, tmp_path, make_image) -> None:
    copy = tmp_path / "copy.jpg"
    Image.open(sealed).resize((154, 154)).save(copy, quality=75)
    found = ask(copy)
    assert (found.verdict.verdict, found.verdict.origin) == ("issued-here", "ai")
    assert found.verdict.integrity == "changed"
    assert findings(found)["fingerprint"] == "confirmed"
    other = tmp_path / "other.png"
    make_image(8, 256).save(other)
    assert ask(other).verdict.verdict == "no-evidence"


@pytest.mark.parametrize(
    ("mirrored", "frame"), [(True, 0), (False, 20), (True, 20)], ids=["mirrored", "framed", "both"]
)
def test_a_mirrored_or_framed_copy_is_found_by_fingerprint(
    tmp_path: Path, make_image, mirrored: bool, frame: int
) -> None:
    small = make_image(7, 120)  # too small for a watermark
    seal(
        small, Record.external("p", "3"), source=SourceType.DIGITAL_CREATION, out=tmp_path / "s.png"
    )
    pixels = np.asarray(small.convert("RGB"))
    pixels = pixels[:, ::-1] if mirrored else pixels
    copy = np.pad(pixels, ((frame, frame), (frame, frame), (0, 0)), constant_values=30)
    Image.fromarray(copy).save(tmp_path / "copy.jpg", quality=85)
    [found] = [e for e in ask(tmp_path / "copy.jpg").evidence if e.examiner == "fingerprint"]
    assert found.finding == Finding.CONFIRMED
    assert found.details["mirrored"] is mirrored
    assert found.details["framed"] is bool(frame)
    assert ("mirrored" in found.summary) is mirrored
    assert ("put into a frame" in found.summary) is bool(frame)


def test_a_changed_file_is_led_back_without_a_mark(tmp_path: Path, make_image) -> None:
    """Of whatever origin: what its manifest still says is no more than that."""
    made, taken = SourceType.TRAINED_ALGORITHMIC_MEDIA, SourceType.DIGITAL_CAPTURE
    for seed, (source, side, origin) in enumerate([(made, 120, "ai"), (taken, 200, "capture")]):
        path = tmp_path / f"{origin}.png"
        record = Record("toy.x", "toy", label="Pear")
        sealed = seal(make_image(seed, side), record, source=source, out=path)
        assert not sealed.watermarked
        with path.open("ab") as file:
            file.write(b"a line")
        found = ask(path)
        assert (found.verdict.verdict, found.verdict.origin) == ("altered", origin)
        [mark] = [e for e in found.evidence if e.examiner == "fingerprint"]
        assert f"changed copy of the picture {sealed.id} that was issued here" in mark.summary
        assert mark.summary in found.verdict.reasons
        told = mark.details
        assert (told["id"], told["model"], told["label"]) == (sealed.id, "toy.x", "Pear")


def test_a_near_picture_is_a_candidate_only(tmp_path, make_image) -> None:
    """Too small for a watermark: only the fingerprint is left."""
    small = make_image(7, 256).resize((120, 120))
    record, source = Record.external("paint", "3"), SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(small, record, source=source, out=tmp_path / "sealed.png")
    near = tmp_path / "near.png"
    pixels = np.asarray(small).repeat(2, axis=0).repeat(2, axis=1).astype(int)
    pixels[120:132, 120:132] += np.where(pixels[120:132, 120:132] > 128, -30, 30)
    Image.fromarray(pixels.astype(np.uint8)).save(near)
    found = ask(near)
    assert findings(found)["fingerprint"] == "candidate"
    assert found.verdict.verdict == "inconclusive"


def test_without_a_ledger_its_layers_are_not_examined(sealed) -> None:
    found = ask(sealed, own=False)
    assert found.verdict.verdict == "claimed-ai"
    assert findings(found)["ledger"] == findings(found)["fingerprint"] == "not-examined"


def test_two_proofs_that_differ_are_a_conflict(tmp_path, agency, png) -> None:
    """A file in our ledger as AI, under a trusted signature that says a camera took it."""
    out = tmp_path / "ours.png"
    seal(png, Record.external("x", "1"), source=SourceType.TRAINED_ALGORITHMIC_MEDIA, out=out)
    capture = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}
    plain = io.BytesIO()
    Image.open(out).convert("RGB").save(plain, "PNG")
    path = tmp_path / "signed.png"
    path.write_bytes(agency.sign(plain.getvalue(), capture))
    ledger = open_ledger(create=False)
    found = examine(path, trust=agency.trust, ledger=ledger)
    ledger.close()
    assert found.verdict.verdict == "conflict"


class Plugin:
    """An examiner from elsewhere that answers whatever it is told to."""

    def __init__(self, answer, name="mine", kind=Kind.CLAIM) -> None:
        self.answer, self.name, self.kind = answer, name, kind

    def examine(self, subject) -> Evidence:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def evidence(kind: Kind, finding: Finding, examiner: str = "mine", **more) -> Evidence:
    return Evidence(examiner, kind, "x", finding, Origin.AI, **more)


@pytest.fixture
def plain(tmp_path, png) -> Path:
    path = tmp_path / "plain.png"
    path.write_bytes(png)
    return path


def test_a_plugins_claim_counts_as_one(plain) -> None:
    found = ask(plain, Plugin(evidence(Kind.CLAIM, Finding.SAYS, trusted=True)))
    assert found.verdict.verdict == "claimed-ai"
    assert not found.evidence[-1].trusted
    suggests = Plugin(evidence(Kind.STATISTIC, Finding.SUGGESTS_AI), kind=Kind.STATISTIC)
    assert ask(plain, suggests).verdict.verdict == "pixels-suggest-ai"


@pytest.mark.parametrize(
    "answer",
    [
        evidence(Kind.SIGNATURE, Finding.SAYS, trusted=True),
        evidence(Kind.LEDGER, Finding.EXACT),
        evidence(Kind.CLAIM, Finding.EXACT),
        evidence(Kind.STATISTIC, Finding.TAMPERED),
        evidence(Kind.CLAIM, Finding.CANDIDATE),
        "made by AI",
        None,
        RuntimeError("no \x1b[31m network"),
        evidence(Kind.CLAIM, Finding.SAYS, details={"odds": np.float32(1)}),
        evidence(Kind.CLAIM, Finding.SAYS, details={"odds": float("nan")}),
        evidence(Kind.CLAIM, Finding.SAYS, details=None),
        Evidence("mine", Kind.CLAIM, "x", Finding.SAYS, "robot"),
    ],
    ids=str,
)
def test_a_plugin_that_oversteps_or_fails_is_not_examined(plain, answer) -> None:
    found = ask(plain, Plugin(answer))
    assert found.verdict.verdict == "no-evidence"
    last = found.evidence[-1]
    assert (last.examiner, last.finding) == ("mine", Finding.NOT_EXAMINED)
    assert last.summary
    assert "\x1b" not in last.summary


def test_a_plugin_cannot_pose_as_a_built_in(plain) -> None:
    posing = Plugin(evidence(Kind.CLAIM, Finding.SAYS, "c2pa"), name="c2pa")
    found = ask(plain, posing)
    assert [e.examiner for e in found.evidence].count("c2pa") == 1


def test_an_examiner_that_decides_nothing_more_is_spared(sealed) -> None:
    unused = Plugin(RuntimeError("was asked"), kind=Kind.STATISTIC)
    assert "was asked" not in ask(sealed, unused).evidence[-1].summary


def test_what_cannot_be_read_is_an_error(tmp_path, png) -> None:
    cases = {
        "empty.png": b"",
        "text.png": b"hello",
        "cut.png": png[: len(png) // 2],
        "head.jpg": b"\xff\xd8\xff\xe0",
    }
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(PictureError):
            ask(tmp_path / name)
    with pytest.raises(PictureError):
        ask(tmp_path / "missing.png")
    with pytest.raises(PictureError, match="folder"):
        ask(tmp_path)
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(257 << 20)
    with pytest.raises(TooLargeError):
        ask(huge)


def test_verifying_writes_nothing(plain, zoo_home: Path) -> None:
    assert zoo.verify(plain).verdict.verdict == "no-evidence"
    assert not zoo_home.exists()


def test_a_ledger_that_cannot_be_read_is_not_examined(sealed, zoo_home: Path) -> None:
    database = zoo_home / "ledger.sqlite3"
    database.write_bytes(b"not a database" * 500)
    with pytest.raises(LedgerError):
        open_ledger(create=False).by_sha256("0" * 64)
    found = zoo.verify(sealed)
    assert findings(found)["ledger"] == "not-examined"
    assert found.verdict.verdict == "declared-ai"  # the own signature counts as trusted
