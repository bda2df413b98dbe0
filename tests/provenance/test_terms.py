"""Terms of use: what is written into a picture, and what is read of those of others."""

from __future__ import annotations

import io
import json
from pathlib import Path

import c2pa
import numpy as np
import pytest

from zoo_provenance.consent import Use, licence_of, uses
from zoo_provenance.credentials import Store, read_store
from zoo_provenance.encode import FORMATS
from zoo_provenance.errors import RecordError
from zoo_provenance.examination import examine
from zoo_provenance.labels import property_values
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import IPTC, SourceType
from zoo_provenance.terms import DC, MINING_PROHIBITED, PLUS, USES
from zoo_provenance.trust import load_trust

CREATED = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}
LICENCE = 'CC-BY-4.0 & "more" <https://example.org/é>'
RECORD = Record("toy.test", "toy", seed=1, index=0, licence="MIT")


def sealed(path: Path, record: Record = RECORD, **terms: object) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    return seal(pixels, record, source=source, out=path, **terms).path.read_bytes()


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_terms_are_signed_into_every_format(tmp_path: Path, format) -> None:
    data = sealed(tmp_path / f"x{format.extensions[0]}", licence=LICENCE, no_training=True)
    store = read_store(data, format.mime, load_trust())
    assert (store.state, store.failures) == ("Trusted", ())
    assert licence_of(store.manifests[store.active]) == LICENCE
    assert uses(store) == [Use(name, "notAllowed", False) for name in sorted(USES, key=_cbor)]
    assert property_values(data, PLUS, "DataMining") == [MINING_PROHIBITED]
    assert property_values(data, DC, "rights") == [LICENCE]
    with c2pa.Reader(format.mime, io.BytesIO(data)) as reader:
        (manifest,) = json.loads(reader.json())["manifests"].values()
    found = {a["label"]: a["data"] for a in manifest["assertions"]}
    assert found["cawg.training-mining"]["entries"]["cawg.ai_training"] == {"use": "notAllowed"}
    assert found["cawg.metadata"]["xmpRights:UsageTerms"] == LICENCE
    record = Record.from_json(found["org.zoo-generators.record"]["json"])
    assert (record.licence, record.usage_terms, record.no_training) == ("MIT", LICENCE, True)


def _cbor(name: str) -> str:
    return f"cawg.{name}"  # the library sorts the keys of a map


def test_nothing_is_said_where_nothing_was_asked(tmp_path: Path) -> None:
    data = sealed(tmp_path / "x.png")
    assert b"training-mining" not in data
    assert b"cawg." not in data
    assert b"no_training" not in data
    assert property_values(data, PLUS, "DataMining") == []


def test_the_terms_of_a_record_are_kept_and_added_to(tmp_path: Path) -> None:
    record = Record.external("tool", "1").with_terms("CC0-1.0", no_training=False)
    store = read_store(
        sealed(tmp_path / "x.png", record, no_training=True), "image/png", load_trust()
    )
    assert licence_of(store.manifests[store.active]) == "CC0-1.0"
    assert len(uses(store)) == 4


@pytest.mark.parametrize("licence", ["", "  ", "two\nlines", "x" * 2001, "a\0b"])
def test_impossible_licences_leave_nothing(tmp_path: Path, licence: str) -> None:
    with pytest.raises(RecordError, match="licence"):
        sealed(tmp_path / "x.png", licence=licence)
    assert list(tmp_path.iterdir()) == []


def test_verifying_shows_them(tmp_path: Path) -> None:
    sealed(tmp_path / "x.png", licence="CC-BY-4.0", no_training=True)
    (found,) = (
        e for e in examine(tmp_path / "x.png", trust=load_trust()).evidence if e.examiner == "c2pa"
    )
    assert found.details["licence"] == "CC-BY-4.0"
    assert found.details["uses"] == dict.fromkeys(USES, "notAllowed")


ALL = {f"c2pa.{name}": {"use": "notAllowed"} for name in USES}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"entries": {"cawg.ai_training": {"use": "allowed"}}}, [("ai_training", False)]),
        ({"entries": {"cawg.data_mining": {"use": "constrained"}}}, [("data_mining", True)]),
        ({"entries": {"c2pa.ai_inference": {"use": "notAllowed"}}}, [("ai_inference", True)]),
        ({"cawg.ai_training": {"use": "notAllowed"}}, [("ai_training", True)]),
        ({"entries": {"com.example.own": {"use": "notAllowed"}}}, []),
        ({"entries": {"cawg.ai_training": "notAllowed"}}, []),
        ({"entries": {"cawg.ai_training": {}}}, []),
        ({"entries": []}, []),
        ({"entries": {"cawg.ai_training": {"use": 7}}}, [("ai_training", True)]),
    ],
)
@pytest.mark.parametrize(
    "label", ["cawg.training-mining", "c2pa.training-mining", "cawg.training-mining.v2"]
)
def test_entries_of_others(png, stranger, data: dict, found: list, label: str) -> None:
    store = read(stranger.sign(png, CREATED, assertions=[{"label": label, "data": data}]), stranger)
    assert [(use.name, use.refused) for use in uses(store)] == found


def test_a_label_that_only_begins_alike_is_another_assertion(png, stranger) -> None:
    other = {"label": "cawg.training-mining-log", "data": {"entries": ALL}}
    assert uses(read(stranger.sign(png, CREATED, assertions=[other]), stranger)) == []


@pytest.mark.parametrize(
    ("relationship", "action", "counts"),
    [("parentOf", "c2pa.opened", True), ("componentOf", "c2pa.placed", True),
     ("inputTo", "c2pa.created", False)],
)  # fmt: skip
def test_refusals_of_what_a_picture_contains(
    png, stranger, agency, relationship: str, action: str, counts: bool
) -> None:
    refused = [{"label": "c2pa.training-mining", "data": {"entries": ALL}}]
    parent = stranger.sign(png, CREATED, assertions=refused)
    step = {"action": action, "parameters": {"ingredientIds": ["ingredient0"]}}
    if action == "c2pa.created":
        step["digitalSourceType"] = IPTC + "trainedAlgorithmicMedia"
    child = agency.sign(png, step, parents=[parent], relationship=relationship)
    found = uses(read(child, agency))
    assert len(found) == (4 if counts else 0)
    assert all(use.ingredient and use.refused for use in found)


def read(data: bytes, signatory) -> Store:
    return read_store(data, "image/png", signatory.trust)
