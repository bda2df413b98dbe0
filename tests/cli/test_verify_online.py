"""``zoo verify --online``: the option reaches the processes that examine, and so does the guard."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from signatory import Signatory

import zoo
from zoo_provenance.source import IPTC

URL = "https://localhost/pear.c2pa"
AI = {"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """One whose manifest is said to lie on this machine."""
    path = tmp_path / "pear.png"
    ramp = np.arange(96, dtype=np.uint8)
    Image.fromarray(np.add.outer(ramp, ramp)).convert("RGB").save(path)
    path.write_bytes(Signatory("Agency").sign(path.read_bytes(), AI, remote=URL))
    return path


def remote(printed: str) -> dict[str, str]:
    [file] = json.loads(printed)["files"]
    assert (file["verdict"], file["error"]) == ("no-evidence", None)
    [found] = (e for e in file["evidence"] if e["examiner"] == "c2pa")
    return found["details"]["remote"]


def test_without_it_nothing_is_fetched(call_zoo, picture) -> None:
    done = call_zoo("verify", picture, "--quick", "--json")
    assert remote(done.stdout) == {"url": URL, "state": "not-fetched"}


def test_with_it_a_private_address_is_refused(call_zoo, picture) -> None:
    done = call_zoo("verify", picture, "--quick", "--json", "--online")
    assert done.returncode == 0
    why = "localhost leads to an address that is not public"
    assert remote(done.stdout) == {"url": URL, "state": "failed", "error": why}


def test_people_are_told(call_zoo, picture) -> None:
    told = " ".join(call_zoo("verify", picture, "--quick").stdout.split())
    start = "c2pa: not examined. The file has no C2PA manifest in it, but points to one at"
    assert f"{start} {URL}, which was not fetched" in told
    assert "--online does that" in told
    told = " ".join(call_zoo("verify", picture, "--quick", "--online").stdout.split())
    assert "could not be fetched: localhost leads to an address that is not public." in told


def test_the_same_in_python(picture) -> None:
    for jobs in (None, 1):
        [answer] = zoo.verify_many([picture], thorough=False, online=True, jobs=jobs)
        [found] = (e for e in answer.evidence if e.examiner == "c2pa")
        assert found.details["remote"]["state"] == "failed"
    [found] = (e for e in zoo.verify(picture, thorough=False).evidence if e.examiner == "c2pa")
    assert found.details["remote"]["state"] == "not-fetched"
