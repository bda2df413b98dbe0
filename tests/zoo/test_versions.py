"""A record names the package that brought the model, and replaying says where it is another."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import pytest
import zoo_plasma

import zoo
from zoo.errors import ReplayError
from zoo.evaluation.sets.model_set import ModelSet
from zoo.issuing import Issue
from zoo.plugins import plugin_manager
from zoo_cli.replay import replay as replay_command
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


@pytest.fixture
def picture(zoo_with) -> zoo.Picture:
    zoo_with(zoo_plasma)
    (made,) = zoo.load("plasma", device="cpu").generate(1, seed=7, size=128)
    return made


def sealed(picture: zoo.Picture, folder: Path, **changes: Any) -> Path:
    record = dataclasses.replace(picture.record, **changes)
    path = folder / "p.png"
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(picture.pixels, record, source=source, out=path, overwrite=True)
    return path


def of_plasma(record: Record, version: str) -> dict[str, str]:
    return {**record.versions, "zoo-plasma": version}


def test_a_record_names_a_strangers_package_and_not_zoos_own_twice(picture: zoo.Picture) -> None:
    assert picture.record.versions["zoo-plasma"] == "0.0.0"
    (own,) = zoo.load("stylegan-lite", device="cpu").generate(1, seed=7, size=64)
    assert own.record.versions.keys() == {"python", "zoo", "torch", "pillow"}


def test_replaying_says_that_another_version_made_it(
    picture: zoo.Picture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = of_plasma(picture.record, "0.1.0")
    replay_command(sealed(picture, tmp_path, versions=older))
    told = capsys.readouterr()
    assert "made again bitwise the same" in told.out
    assert "zoo-plasma 0.1.0, here is 0.0.0" in told.err
    replay_command(sealed(picture, tmp_path, versions=older, seed=8))
    told = capsys.readouterr()
    assert "Made by zoo-plasma 0.1.0, here is 0.0.0: that may be why" in told.out
    path = sealed(picture, tmp_path, versions=older, options={"gone": 1})
    with pytest.raises(ReplayError, match=r"gone.*\(made by zoo-plasma 0\.1\.0, here is 0\.0\.0\)"):
        zoo.replay(path)


def test_with_the_same_versions_nothing_is_said_of_them(
    picture: zoo.Picture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replay_command(sealed(picture, tmp_path, seed=8))
    told = capsys.readouterr()
    assert "The file was changed, or its record is wrong" in told.out
    assert "plasma 0" not in told.out + told.err


def test_a_model_that_is_gone_is_told_with_the_package_that_the_record_claims(
    picture: zoo.Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sealed(picture, tmp_path)
    monkeypatch.setenv("ZOO_PLUGINS", "")
    plugin_manager.cache_clear()
    with pytest.raises(ReplayError, match=r"says that zoo-plasma 0\.0\.0 brought it: a mere claim"):
        zoo.replay(path)
    several = {**picture.record.versions, "scipy": "1.2"}
    with pytest.raises(ReplayError, match=r"one of scipy 1\.2, zoo-plasma 0\.0\.0 brought it"):
        zoo.replay(sealed(picture, tmp_path, versions=several))


def test_what_no_package_can_be_called_is_not_repeated(
    picture: zoo.Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = {"x\x1b[31m": "1", "y": "1\u202e", "pip install z": "1", "q": 3, "w": "9" * 50}
    path = sealed(picture, tmp_path, versions=claims)
    monkeypatch.setenv("ZOO_PLUGINS", "")
    plugin_manager.cache_clear()
    with pytest.raises(ReplayError) as error:
        zoo.replay(path)
    assert "Its record says" not in str(error.value)


def test_a_run_goes_on_with_a_newer_version_of_the_plugin(
    picture: zoo.Picture, tmp_path: Path
) -> None:
    model = zoo.load("plasma", device="cpu")
    older = dataclasses.replace(model, versions={**model.versions, "zoo-plasma": "0.1.0"})
    list(Issue(older, 1, 7, tmp_path, size=128).run())
    issued = [one for batch in Issue(model, 2, 7, tmp_path, size=128, resume=True).run()
              for one in batch]  # fmt: skip
    assert [one.index for one in issued] == [0, 1]


def test_what_was_measured_of_an_older_plugin_is_not_taken_for_the_newer(
    picture: zoo.Picture,
) -> None:
    def digest() -> str:
        card = zoo.find_card("plasma")
        return ModelSet(card, n=2, seed=7, options={}, like=None, device="cpu").digest

    before = digest()
    assert digest() == before
    folders = (Path(folder, "zoo_plasma-0.0.0.dist-info") for folder in sys.path)
    (about,) = (folder / "METADATA" for folder in folders if folder.is_dir())
    about.write_text(about.read_text().replace("0.0.0", "0.1.0"))
    plugin_manager.cache_clear()
    assert digest() != before
