"""Time-stamps: asked for where they are wanted, strict, and what they are worth after expiry."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from authorities import Authority, Issued
from timestamps import TimeStampServer

from zoo_provenance import Record, Sealer, SourceType, examine, seal
from zoo_provenance.credentials import read_store
from zoo_provenance.encode import find_format
from zoo_provenance.errors import IdentityError, SealError, TimeStampError
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.sealing import Job
from zoo_provenance.signing.algorithms import sign_with
from zoo_provenance.signing.timestamps import set_timestamp_url, timestamp_url, try_timestamp
from zoo_provenance.trust import Trust
from zoo_provenance.trust.anchors import anchor_of

ROOT = Authority("Root")
CA = Authority("Issuing CA", under=ROOT)
RECORD = Record.external("test", "1")
AI = SourceType.TRAINED_ALGORITHMIC_MEDIA
SIGNER = anchor_of(ROOT.certificate, "added")


class Office:
    """A signer with a certificate."""

    algorithm = "es256"

    def __init__(self, issued: Issued) -> None:
        self.issued, self.chain_pem = issued, issued.chain_pem

    def sign(self, data: bytes) -> bytes:
        return sign_with(self.issued.key, data)


@pytest.fixture
def tsa() -> Iterator[TimeStampServer]:
    with TimeStampServer() as server:
        yield server


def manifest(path: Path, trust: Trust):
    found = examine(path, trust=trust)
    [evidence] = [e for e in found.evidence if e.examiner == "c2pa"]
    return found.verdict.verdict, evidence


def test_none_unless_asked(tmp_path: Path, tsa: TimeStampServer, make_image) -> None:
    seal(make_image(), RECORD, source=AI, out=tmp_path / "a.png", identity=Office(CA.issue()))
    assert timestamp_url() is None
    assert tsa.served == 0


def test_a_picture_outlives_its_certificate_only_with_a_trusted_time_stamp(
    tmp_path: Path, tsa: TimeStampServer, make_image
) -> None:
    brief = CA.issue(life=dt.timedelta(seconds=3))
    office, image = Office(brief), make_image()
    seal(image, RECORD, source=AI, out=tmp_path / "plain.png", identity=office)
    set_timestamp_url(tsa.url)
    seal(image, RECORD, source=AI, out=tmp_path / "stamped.png", identity=office)
    assert tsa.served == 1
    stamper = anchor_of(tsa.root.certificate, "added")
    both, signer_only = Trust(signers=(SIGNER,), timestampers=(stamper,)), Trust(signers=(SIGNER,))
    verdict, evidence = manifest(tmp_path / "stamped.png", both)
    assert verdict == "declared-ai"
    stamped = dt.datetime.fromisoformat(evidence.details["time_stamp"])
    assert abs(stamped - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=60)
    _, evidence = manifest(tmp_path / "stamped.png", signer_only)
    assert evidence.trusted
    assert "time_stamp" not in evidence.details

    ends = brief.certificate.not_valid_after_utc
    time.sleep(max(0.0, (ends - dt.datetime.now(dt.UTC)).total_seconds()) + 1.1)
    verdict, evidence = manifest(tmp_path / "stamped.png", both)
    assert (verdict, evidence.trusted) == ("declared-ai", True)
    shared = Trust(signers=(SIGNER,), timestampers=(stamper, SIGNER))
    assert manifest(tmp_path / "stamped.png", shared)[0] == "declared-ai"
    for path, trust in (("plain.png", both), ("stamped.png", signer_only)):
        verdict, evidence = manifest(tmp_path / path, trust)
        assert (verdict, evidence.trusted) == ("claimed-ai", False)
        assert "signingCredential.expired" in evidence.details["failures"]


WRONG = {
    "an error": (500, {}, b"sorry"),
    "a web page": (200, {"Content-Type": "text/html"}, b"<html>"),
    "junk": (200, {"Content-Type": "application/timestamp-reply"}, b"junk"),
    "a refusal": "reject",
    "a redirection into the house": (302, {"Location": "http://127.0.0.1:1/"}, b""),
}


@pytest.mark.parametrize("answer", WRONG)
def test_without_a_time_stamp_nothing_is_sealed(
    answer: str, tmp_path: Path, tsa: TimeStampServer, make_image
) -> None:
    set_timestamp_url(tsa.url)
    tsa.answer = WRONG[answer]
    for name in ("new.png", "old.png"):
        (tmp_path / "old.png").write_bytes(b"old")
        with pytest.raises(TimeStampError, match="nothing was sealed") as error:
            seal(
                make_image(), RECORD, source=AI, out=tmp_path / name,
                identity=Office(CA.issue()), overwrite=True,
            )  # fmt: skip
        assert tsa.url in str(error.value)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"old.png": b"old"}
    with open_ledger(create=False) as ledger:
        assert list(ledger.rows()) == []


@pytest.mark.parametrize("field", ["nonce", "message_imprint"])
def test_a_time_stamp_of_something_else_is_refused(
    field: str, tmp_path: Path, tsa: TimeStampServer, make_image, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tsa.stamp

    def other(query):
        if field == "nonce":
            query["nonce"] = 5
        else:
            query[field]["hashed_message"] = bytes(32)
        return stamp(query)

    monkeypatch.setattr(tsa, "stamp", other)
    set_timestamp_url(tsa.url)
    with pytest.raises(TimeStampError):
        seal(make_image(), RECORD, source=AI, out=tmp_path / "a.png", identity=Office(CA.issue()))


def test_a_batch_asks_several_at_a_time(tmp_path: Path, tsa: TimeStampServer, make_image) -> None:
    set_timestamp_url(tsa.url)
    tsa.delay = 0.1
    images = [make_image(seed, 64) for seed in range(16)]
    jobs = [
        Job(image, RECORD, AI, tmp_path / f"{n}.png", find_format("png"))
        for n, image in enumerate(images)
    ]
    with Sealer(Office(CA.issue())) as sealer:
        done = sealer.seal(jobs)
    assert [one.path.name for one in done] == [f"{n}.png" for n in range(16)]
    assert 4 <= tsa.most_at_once <= 8
    both = Trust((SIGNER,), (anchor_of(tsa.root.certificate, "added"),))
    for one in done:
        assert "timeStamp.trusted" in read_store(one.path.read_bytes(), "image/png", both).successes


def test_the_address_is_kept_and_checked(zoo_home: Path) -> None:
    set_timestamp_url("https://tsa.example/tsr?a=b")
    assert timestamp_url() == "https://tsa.example/tsr?a=b"
    for bad in ("", "tsa.example", "ftp://x", "http://", "http://[x", "http://a b", "http://ü.de"):
        with pytest.raises(IdentityError, match="expected http"):
            set_timestamp_url(bad)
    with pytest.raises(IdentityError, match="password"):
        set_timestamp_url("https://me:secret@tsa.example")
    assert timestamp_url() == "https://tsa.example/tsr?a=b"
    (zoo_home / "timestamp.url").write_text("file:///etc/passwd")
    with pytest.raises(IdentityError, match=r"zoo keys timestamp|expected http"):
        timestamp_url()
    set_timestamp_url(None)
    assert timestamp_url() is None


def test_an_address_is_tried(zoo_home: Path, tsa: TimeStampServer) -> None:
    try_timestamp(tsa.url)
    assert tsa.served == 1
    tsa.answer = "reject"
    with pytest.raises(IdentityError, match="nothing was changed"):
        try_timestamp(tsa.url)
    assert not zoo_home.exists()


def test_errors_of_time_stamps_are_errors_of_sealing() -> None:
    assert issubclass(TimeStampError, SealError)
