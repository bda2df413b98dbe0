"""The model keeps Zoo's contract and draws what it is asked for; its network can be trained."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from zoo_doodle import CARD
from zoo_doodle.drawing import draw
from zoo_doodle.things import THINGS

import zoo
from zoo.testing import check_generator

pytestmark = pytest.mark.usefixtures("zoo_home")


def run_zoo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zoo_cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_keeps_the_contract() -> None:
    check_generator(CARD)


def test_its_labels_are_the_things() -> None:
    assert tuple(THINGS) == CARD.labels


def test_thick_lines_are_thick() -> None:
    model = zoo.load("doodle", device="cpu")
    (thin,) = model.generate(1, seed=1, label="Cat", thickness=0.5)
    (thick,) = model.generate(1, seed=1, label="Cat", thickness=3.0)
    assert thick.pixels.mean() < thin.pixels.mean() - 3


def test_each_thing_is_most_like_its_own_drawings() -> None:
    """By correlation with the mean of 40 drawings, coarsely: 10 things, 4 doodles each."""

    def coarse(pixels: np.ndarray) -> np.ndarray:
        grey = pixels.mean(-1).reshape(16, 8, 16, 8).mean((1, 3)).ravel()
        return (grey - grey.mean()) / grey.std()

    means = np.stack(
        [np.mean([coarse(np.asarray(draw(t, 900_000 + i))) for i in range(40)], 0) for t in THINGS]
    )
    model = zoo.load("doodle", device="cpu")
    seen = [
        int((means @ coarse(p.pixels)).argmax()) == index
        for index, label in enumerate(CARD.labels)
        for p in model.generate(4, seed=5, label=label, size=128)
    ]
    assert np.mean(seen) >= 0.9


def test_drawings_are_made_prepared_and_learnt(tmp_path: Path) -> None:
    drawn = run_zoo(tmp_path, "doodle-data", "drawn", "--each", "6")
    assert (drawn.returncode, drawn.stdout[:2]) == (0, "60")
    again = run_zoo(tmp_path, "doodle-data", "drawn")
    assert again.returncode == 2
    assert "is there already" in again.stderr
    prepared = run_zoo(tmp_path, "data", "prepare", "drawn", "data", "--size", "128")
    assert prepared.returncode == 0, prepared.stderr
    trained = run_zoo(tmp_path, "train", "doodle", "--data", "data", "--images", "128",
                      "--out", "run", "--sheet-images", "0")  # fmt: skip
    assert trained.returncode == 0, trained.stderr
    made = run_zoo(tmp_path, "generate", "--model", "./run", "-n", "1", "--label", "Sun")
    assert made.returncode == 0, made.stderr
