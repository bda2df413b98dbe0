"""The tree of a picture's ingredients: what each is worth, and who is named."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from zoo_provenance.examiners import C2paExaminer
from zoo_provenance.source import IPTC
from zoo_provenance.subject import read_subject
from zoo_provenance.trust import Trust

CREATED = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}
AI = {"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}
OPENED = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["ingredient0"]}}
PLACED = {"action": "c2pa.placed", "parameters": {"ingredientIds": ["ingredient0"]}}


@pytest.fixture
def details(tmp_path: Path):
    def details(data: bytes, trust: Trust) -> dict[str, Any]:
        path = tmp_path / "file.png"
        path.write_bytes(data)
        found = C2paExaminer().examine(read_subject(path, trust, None, thorough=False))
        return dict(found.details)

    return details


def test_the_tree_is_that_of_the_manifests(details, png, agency, stranger) -> None:
    camera = agency.sign(png, CREATED, generator="Camera")
    model = stranger.sign(png, AI, generator="Model")
    parts = [camera, model, png]
    collage = agency.sign(png, CREATED, PLACED, parents=parts, relationship="componentOf")
    found = details(agency.sign(collage, OPENED, parents=[collage]), agency.trust)
    (root,) = found["ingredients"]
    assert (root["title"], root["relationship"], root["state"]) == (
        "parent 0",
        "parentOf",
        "intact",
    )
    assert root["signer"] == "News Agency, News Agency Ltd"
    first, second, third = root["ingredients"]
    assert [n["state"] for n in (first, second, third)] == [
        "intact", "untrusted", "without-credentials",
    ]  # fmt: skip
    assert first["source_types"] == [IPTC + "digitalCapture"]
    assert (first["generator"], second["generator"]) == ("Camera 1", "Model 1")
    assert "signer" in first
    assert not {"signer", "generator"} & third.keys()
    assert "OpenAI" not in str(found)
    assert [n["ingredients"] for n in (first, second, third)] == [[], [], []]
    assert "ingredients_left_out" not in found


def test_nobody_is_named_on_the_word_of_others(details, png, agency, stranger) -> None:
    """Whatever a stranger and an agency record of whom they trust, we trust the agency alone."""
    both = Trust((agency.anchor, stranger.anchor))
    inner = stranger.sign(png, CREATED)
    for theirs, agencys in itertools.product(
        (None, stranger.trust, both), (None, agency.trust, both)
    ):
        wrapped = stranger.sign(png, OPENED, parents=[inner], believing=theirs)
        top = agency.sign(png, OPENED, parents=[wrapped], believing=agencys)
        (node,) = details(top, agency.trust)["ingredients"]
        assert (node["state"], node["ingredients"][0]["state"]) == ("untrusted", "untrusted")
        assert "signer" not in str(node)
        (alone,) = details(wrapped, agency.trust)["ingredients"]
        assert alone["state"] == "untrusted"


def test_the_tree_is_cut_and_says_so(details, agency) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    speck = out.getvalue()
    many = agency.sign(speck, CREATED, PLACED, parents=[speck] * 70, relationship="componentOf")
    found = details(many, agency.trust)
    assert (len(found["ingredients"]), found["ingredients_left_out"]) == (64, True)
    deep = agency.sign(speck, CREATED)
    for _ in range(20):
        deep = agency.sign(speck, OPENED, parents=[deep])
    found = details(deep, agency.trust)
    levels, nodes = 0, found["ingredients"]
    while nodes:
        levels, nodes = levels + 1, nodes[0]["ingredients"]
    assert (levels, found["ingredients_left_out"]) == (16, True)
