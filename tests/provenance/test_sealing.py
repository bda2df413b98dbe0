"""Sealing: every format, every kind of input, and what is left behind when it fails."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from pathlib import Path

import c2pa
import numpy as np
import pytest
from PIL import Image

from zoo_provenance.encode import FORMATS
from zoo_provenance.errors import PictureError, RecordError, SealError
from zoo_provenance.ledger import State
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record
from zoo_provenance.sealing import Sealed, seal
from zoo_provenance.source import IPTC, SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


def pixels(seed: int = 0, size: int = 96) -> np.ndarray:
    """A smooth coloured picture."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC))


RECORD = Record("toy.test", "toy", seed=2**62 + 1, index=0, label="Apple", weights=("ab" * 32,))
AS_SEALED = dataclasses.replace(RECORD, size=(96, 96))


def seal_to(path: Path, **changes: object) -> Sealed:
    return seal(pixels(), RECORD, source=AI, out=path, **changes)  # type: ignore[arg-type]


def manifest_of(data: bytes, mime: str) -> dict:
    with c2pa.Reader(mime, io.BytesIO(data)) as reader:
        assert reader.get_validation_state() == "Valid"
        store = json.loads(reader.json())
    return store["manifests"][store["active_manifest"]]


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_every_format_carries_manifest_and_label(tmp_path: Path, format) -> None:
    sealed = seal_to(tmp_path / f"x{format.extensions[0]}")
    data = sealed.path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == sealed.sha256
    assert f"{IPTC}trainedAlgorithmicMedia".encode() in data
    with Image.open(sealed.path) as image:
        assert image.format == format.pillow
        error = np.abs(np.asarray(image.convert("RGB")).astype(int) - pixels()).mean()
    assert error == 0 if format.name in ("png", "webp", "tiff") else error < 3
    assertions = {a["label"]: a["data"] for a in manifest_of(data, format.mime)["assertions"]}
    action = assertions["c2pa.actions.v2"]["actions"][0]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"].endswith("trainedAlgorithmicMedia")
    assert action["softwareAgent"]["name"] == "toy.test"
    assert assertions["c2pa.actions.v2"]["allActionsIncluded"] is True
    assert assertions["c2pa.ai-disclosure"]["modelName"] == "toy.test"
    record = Record.from_json(assertions["org.zoo-generators.record"]["json"])
    assert (
        record == AS_SEALED
    )  # the seed is beyond CBOR's signed integers as this library reads them
    assert assertions["org.zoo-generators.record"]["id"] == sealed.id


def test_the_ledger_holds_what_was_sealed(tmp_path: Path) -> None:
    sealed = seal_to(tmp_path / "x.png")
    ledger = open_ledger(create=False)
    row = ledger.by_sha256(sealed.sha256)
    ledger.close()
    assert row.state is State.SEALED
    assert f"{row.id:010x}" == sealed.id
    assert Record.from_json(row.record) == AS_SEALED
    assert row.source_type == AI
    assert row.manifest in sealed.path.read_bytes()
    assert (len(row.fingerprint), len(row.thumbnail)) == (32, 64 * 64)
    assert Path(row.path) == sealed.path


def test_arrays_images_bytes_and_streams(tmp_path: Path) -> None:
    encoded = io.BytesIO()
    Image.fromarray(pixels()).save(encoded, "PNG")
    for given in (pixels(), Image.fromarray(pixels()), encoded.getvalue()):
        stream = io.BytesIO()
        sealed = seal(given, RECORD, source=AI, out=stream, format="png")
        assert sealed.path is None
        assert hashlib.sha256(stream.getvalue()).hexdigest() == sealed.sha256
        with Image.open(stream) as image:
            assert np.array_equal(np.asarray(image), pixels())


@pytest.mark.parametrize(
    "given",
    [
        pixels().astype(np.float32),
        pixels()[:, :, 0],
        np.zeros((0, 4, 3), np.uint8),
        b"not a picture",
        b"",
    ],
    ids=["float", "grey", "empty", "text", "nothing"],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(tmp_path: Path, given) -> None:
    with pytest.raises(PictureError):
        seal(given, RECORD, source=AI, out=tmp_path / "x.png")
    assert list(tmp_path.iterdir()) == []
    ledger = open_ledger(create=False)
    assert list(ledger.rows()) == []
    ledger.close()


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"precious")
    with pytest.raises(SealError, match="already there"):
        seal_to(path)
    assert path.read_bytes() == b"precious"
    assert seal_to(path, overwrite=True).path == path
    assert path.read_bytes() != b"precious"


@pytest.mark.parametrize("name", ["missing/x.png", "x.gif", "x", "folder.png"])
def test_impossible_targets_are_plain_errors(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.png").mkdir()
    if name == "x":  # no extension: PNG
        assert seal_to(tmp_path / name).path.read_bytes().startswith(b"\x89PNG")
        return
    with pytest.raises((SealError, PictureError)):
        seal_to(tmp_path / name)
    assert [p.name for p in tmp_path.rglob("*")] == ["folder.png"]


def test_a_stream_needs_a_format() -> None:
    with pytest.raises(SealError, match="format"):
        seal(pixels(), RECORD, source=AI, out=io.BytesIO())


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(self))

    first = seal_to(tmp_path / "first.png")
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(SealError, match="No space left"):
        seal_to(tmp_path / "x.png")
    assert list(tmp_path.iterdir()) == [first.path]
    ledger = open_ledger(create=False)
    assert [row.sha256 for row in ledger.rows()] == [first.sha256]
    ledger.close()


def test_records_from_strangers() -> None:
    assert Record.from_json(RECORD.to_json()) == RECORD
    for text in ("", "[]", "{}", '{"schema":1}', '{"schema":1,"model":3,"family":"x"}', "[" * 9999,
                 '{"schema":1,"model":"m","family":"f","evil":1}',
                 '{"schema":1,"model":"m","family":"f","visible_label":"' + "x" * 61 + '"}',
                 '{"schema":1,"model":"m","family":"f","seed":1e400}'):  # fmt: skip
        with pytest.raises(RecordError):
            Record.from_json(text)
    with pytest.raises(RecordError):
        Record.external("tool", "1", bad=float("nan")).to_json()
    with pytest.raises(RecordError):
        Record.external("tool", "1", long="x" * 70_000).to_json()
