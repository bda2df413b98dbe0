"""``zoo replay``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import zoo
from zoo_cli.replay import replay as replay_command
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


def test_replay_says_how_near_it_comes(
    run_zoo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = zoo.load("stylegan-lite", device="cpu")
    (picture,) = model.generate(1, seed=7, batch=1)
    path = tmp_path / "p.png"
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(picture.pixels, picture.record, source=source, out=path)
    run = run_zoo("replay", path, "--json")
    assert run.returncode == 0, run.stderr
    table = json.loads(run.stdout)
    assert (table["result"], table["seed"], table["index"]) == ("identical", 7, 0)
    assert table["weights"] == [model.card.weights[0].sha256]
    replay_command(path)
    assert "made again bitwise the same" in capsys.readouterr().out
    gone = run_zoo("replay", tmp_path / "gone.png", "--json")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "no such file" in gone.stderr
