"""The table of answers: what ``zoo verify`` says about pictures that the zoo made, edited copies
of them, and pictures from elsewhere."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


@pytest.fixture(scope="module")
def zoo_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(home, picture): one picture of stylegan-lite, made by the command, in a home of its own."""
    home, out = tmp_path_factory.mktemp("maker") / "zoo", tmp_path_factory.mktemp("made")
    done = subprocess.run(
        [sys.executable, "-m", "zoo_cli", "generate", "-m", "stylegan-lite", "-n", "1",
         "--seed", "5", "--out", str(out), "--json"],
        capture_output=True, text=True, check=True, env={**os.environ, "ZOO_HOME": str(home)},
    )  # fmt: skip
    return home, Path(json.loads(done.stdout)["images"][0]["path"])


@pytest.fixture
def ask(run_zoo, zoo_made):
    """Ask the installation that made the picture (or another home) about a file."""

    def ask(path: Path, home: Path | None = None) -> dict:
        done = run_zoo("verify", path, "--json", env={"ZOO_HOME": str(home or zoo_made[0])})
        assert done.returncode == 0, done.stderr
        (entry,) = json.loads(done.stdout)["files"]
        assert entry["error"] is None
        return entry

    return ask


def photograph(seed: int = 1, size: int = 256) -> Image.Image:
    """Something like a photograph: smooth shapes, texture, sensor noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
    base = np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC))
    noisy = base + rng.normal(0, 6, base.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def summary(entry: dict) -> tuple[str, str, str]:
    return entry["verdict"], entry["origin"], entry["integrity"]


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at : at + 12 + length]))
        at += 12 + length
    return found


def test_a_fresh_picture_is_issued_here(ask, zoo_made) -> None:
    entry = ask(zoo_made[1])
    assert (entry["verdict"], entry["origin"], entry["integrity"]) == (
        "issued-here",
        "ai",
        "intact",
    )
    states = {e["examiner"]: e["state"] for e in entry["evidence"]}
    assert states["c2pa"] == "Trusted"


@pytest.mark.parametrize("edit", ["jpeg75", "scaled60", "stripped", "scaled60-jpeg75"])
def test_edited_copies_are_issued_here_by_fingerprint(ask, zoo_made, tmp_path, edit) -> None:
    image = Image.open(zoo_made[1]).convert("RGB")
    if "scaled60" in edit:
        image = image.resize((154, 154), Image.Resampling.LANCZOS)
    copy = tmp_path / ("copy.jpg" if "jpeg" in edit else "copy.png")
    image.save(copy, **({"quality": 75} if "jpeg" in edit else {}))
    entry = ask(copy)
    assert (entry["verdict"], entry["origin"]) == ("issued-here", "ai")
    assert entry["integrity"] == "changed"
    assert "confirmed" in {e["finding"] for e in entry["evidence"]}


def test_changed_pixels_under_a_kept_manifest_are_altered(ask, zoo_made, tmp_path) -> None:
    signed = zoo_made[1].read_bytes()
    array = np.asarray(Image.open(io.BytesIO(signed)).convert("RGB")).copy()
    array[64:128, 64:128] = (200, 30, 160)
    plain = io.BytesIO()
    Image.fromarray(array).save(plain, "PNG")
    manifest = next(raw for name, raw in chunks(signed) if name == b"caBX")
    assert zlib.crc32(manifest[4:-4]) == struct.unpack(">I", manifest[-4:])[0]
    forged = plain.getvalue()
    copy = tmp_path / "forged.png"
    copy.write_bytes(forged[:33] + manifest + forged[33:])
    entry = ask(copy)
    assert summary(entry) == ("altered", "ai", "changed")


def test_a_photograph_carries_no_evidence(ask, tmp_path) -> None:
    photo = tmp_path / "photo.jpg"
    photograph().save(photo, quality=90)
    entry = ask(photo)
    assert (entry["verdict"], entry["origin"]) == ("no-evidence", "unknown")


def test_somebody_elses_ai_manifest_is_only_a_claim(ask, tmp_path, zoo_home: Path) -> None:
    stranger = tmp_path / "stranger.png"  # sealed by the installation in zoo_home, not the maker's
    seal(photograph(), Record.external("paint", "3"), out=stranger,
         source=SourceType.TRAINED_ALGORITHMIC_MEDIA)  # fmt: skip
    assert ask(stranger, zoo_home)["verdict"] == "issued-here"
    entry = ask(stranger)
    assert (entry["verdict"], entry["origin"]) == ("claimed-ai", "ai")
    assert "Zoo local signer" not in json.dumps(entry["reasons"])


def test_another_installation_trusts_once_told(ask, run_zoo, zoo_made, tmp_path) -> None:
    maker, picture = zoo_made
    other = {"ZOO_HOME": str(tmp_path / "other")}
    assert ask(picture, tmp_path / "other")["verdict"] == "claimed-ai"
    assert not (tmp_path / "other").exists()  # verifying writes nothing
    root = tmp_path / "maker.pem"
    shown = run_zoo("keys", "show", "--pem", env={"ZOO_HOME": str(maker)})
    root.write_text(shown.stdout)
    assert run_zoo("trust", "add", root, env=other).returncode == 0
    entry = ask(picture, tmp_path / "other")
    assert (entry["verdict"], entry["origin"], entry["integrity"]) == (
        "declared-ai",
        "ai",
        "intact",
    )


def test_other_pictures_of_the_same_model_are_not_taken_for_it(run_zoo, zoo_made, tmp_path) -> None:
    done = run_zoo("generate", "-m", "stylegan-lite", "-n", "24", "--seed", "6", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    for path in sorted(tmp_path.glob("*.png"))[:24]:
        Image.open(path).convert("RGB").save(path)  # without marks
    verified = run_zoo("verify", tmp_path, "--json", env={"ZOO_HOME": str(zoo_made[0])})
    # Their watermarks are those of another ledger: a claim.
    assert {f["verdict"] for f in json.loads(verified.stdout)["files"]} == {"claimed-ai"}
