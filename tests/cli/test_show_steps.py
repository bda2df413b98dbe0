"""``zoo generate --show-steps``: how a picture came about, beside it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

REFINE = ("generate", "--model", "refine-lite", "--guidance", "1", "--batch", "1", "-n", "1")


def test_a_strip_of_states_lies_beside_the_picture_and_is_sealed(call_zoo, tmp_path: Path) -> None:
    done = call_zoo(*REFINE, "--steps", "3", "--seed", "4", "--show-steps", "--out", tmp_path,
                    "--json")  # fmt: skip
    picture, strip = json.loads(done.stdout)["images"]
    assert strip["index"] is None
    assert Path(strip["path"]).name == "refine-lite.fruits360-4-00000-steps.png"
    shown = np.asarray(Image.open(strip["path"]))
    assert shown.shape == (256, 3 * 256, 3)
    last = np.asarray(Image.open(picture["path"]), float)
    assert np.abs(shown[:, -256:] - last).mean() < 3  # each has a watermark of its own
    verdict = call_zoo("verify", strip["path"], "--json")
    assert json.loads(verdict.stdout)["files"][0]["verdict"] == "issued-here"
    replayed = call_zoo("replay", strip["path"])
    assert replayed.returncode == 1
    assert "replay the picture beside it" in replayed.stderr


def test_long_refinements_are_thinned_out_and_other_models_have_none(
    call_zoo, tmp_path: Path
) -> None:
    done = call_zoo(*REFINE, "--steps", "20", "--seed", "4", "--size", "64", "--show-steps",
                    "--out", tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Image.open(tmp_path / "refine-lite.fruits360-4-00000-steps.png").size == (8 * 64, 64)
    gan = call_zoo("generate", "-m", "stylegan-lite", "-n", "1", "--show-steps", "--out", tmp_path)
    assert gan.returncode == 2
    assert "without steps to show" in gan.stderr
