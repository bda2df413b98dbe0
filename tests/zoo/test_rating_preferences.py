"""Preferences: exported sealed, read with care, and a reward learnt from them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from ratings import begin, rate

import zoo
from zoo.errors import UsageError
from zoo.rating.exporting import export_preferences
from zoo.rating.preferences import read_picture, read_preferences
from zoo.rating.study import Trial
from zoo_reward.comparisons import learn


def leftmost(trial: Trial) -> tuple[str, int]:
    if trial.catch:
        wrong = {"left": "right", "right": "left"}[trial.expected[0]]
        return (wrong if trial.rater == 2 else trial.expected[0]), 500
    return "left", 640


@pytest.fixture
def study(tmp_path: Path):
    sets = {"gan.x": True, "photos": None}
    answers = begin(tmp_path / "s.sqlite", "which-is-better", sets, each=4, raters=2, catches=4)
    rate(answers, leftmost)
    return answers


def test_every_comparison_is_a_line_with_both_records(study, tmp_path: Path) -> None:
    out = tmp_path / "prefs.jsonl"
    export_preferences(study, out, real=["photos"])
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == 8
    shown = {i.sha256: i for i in study.items.values()}
    for comparison, (trial, _) in zip(
        read_preferences(out), [p for p in study.answered() if not p[0].catch], strict=True
    ):
        assert (comparison.rater, comparison.milliseconds) == (trial.rater, 640)
        assert comparison.winner == 0
        for picture, item in zip(comparison.pictures, trial.items, strict=True):
            pixels = np.asarray(Image.open(tmp_path / picture.file).convert("RGB"))
            assert hashlib.sha256(pixels.tobytes()).hexdigest() == picture.pixels_sha256
            assert hashlib.sha256(read_picture(out, picture)).hexdigest() == picture.sha256
            assert picture.set == shown[item.sha256].set
            if picture.generated:
                assert (picture.model, picture.weights) == ("gan.x", ("ab" * 32,))
                assert (picture.seed, picture.label) == (1, "Red")
                verdict = zoo.verify(tmp_path / picture.file).verdict
                assert str(verdict.verdict) == "issued-here"
            else:
                assert picture.model is None
    failed = export_preferences(
        study, tmp_path / "rest.jsonl", real=["photos"], exclude_failed=True
    )
    assert {c.rater for c in failed} == {1}


def test_no_generated_picture_is_exported_without_marks(study, tmp_path: Path) -> None:
    out = tmp_path / "prefs.jsonl"
    with pytest.raises(UsageError, match="nobody said whether the pictures of photos"):
        export_preferences(study, out)
    assert [p.name for p in tmp_path.iterdir()] == ["s.sqlite"]
    export_preferences(study, out, generated=["photos"])
    for file in (tmp_path / "prefs-pictures").iterdir():
        assert str(zoo.verify(file).verdict.verdict) == "issued-here"
    with pytest.raises(UsageError, match="already there; --force"):
        export_preferences(study, out, generated=["photos"])


def test_only_comparisons_can_be_exported(tmp_path: Path) -> None:
    answers = begin(tmp_path / "s.sqlite", "scales", {"gan.x": True}, each=2, raters=1)
    rate(answers, lambda trial: ("3", 500))
    with pytest.raises(UsageError, match="which is better"):
        export_preferences(answers, tmp_path / "prefs.jsonl")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no comparisons"),
        ("{", "line 1: no comparison"),
        ('{"schema": 2}', "schema is not 1"),
        ("[]", "line 1"),
    ],
)
def test_a_file_that_is_none_is_named_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "prefs.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_preferences(path)


def test_a_changed_line_or_picture_is_refused(study, tmp_path: Path) -> None:
    out = tmp_path / "prefs.jsonl"
    export_preferences(study, out, real=["photos"])
    text = out.read_text()
    for old, new, message in (
        ('"winner": 0', '"winner": 3', "winner is 3"),
        ("prefs-pictures/0", "../prefs-pictures/0", "beside its preferences"),
        ('"rater": ', '"judge": ', "line 1"),
    ):
        out.write_text(text.replace(old, new))
        with pytest.raises(UsageError, match=message):
            read_preferences(out)
    out.write_text(text)
    picture = read_preferences(out)[0].pictures[0]
    (tmp_path / picture.file).write_bytes(b"another")
    with pytest.raises(UsageError, match="not the picture"):
        read_picture(out, picture)
    (tmp_path / picture.file).unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        read_picture(out, picture)


def taste(seed: int, pairs: int, raters: int, sure: float):
    """Features of pictures, and comparisons by a hidden linear taste of some sureness."""
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(2 * pairs, 12))
    features[:, 11] = 1  # a constant says nothing
    hidden = np.append(chance.normal(size=11), 0)
    one, other = np.repeat(np.arange(pairs), raters), np.repeat(np.arange(pairs, 2 * pairs), raters)
    odds = sure * (features[one] - features[other]) @ hidden
    first = chance.random(len(one)) < 1 / (1 + np.exp(-odds))
    return features, hidden, np.where(first, one, other), np.where(first, other, one)


def test_a_taste_is_learnt_and_held_out_pictures_show_it() -> None:
    features, hidden, winners, losers = taste(0, 80, 3, sure=3)
    learnt = learn(features, winners, losers)
    assert np.corrcoef(features @ learnt.head, features @ hidden)[0, 1] > 0.95
    assert learnt.accuracy > 0.85
    assert learnt.p == 0.01
    again = learn(features, winners, losers)
    assert np.array_equal(again.head, learnt.head)


def test_answers_at_random_teach_nothing_that_holds() -> None:
    """Each pair is answered thrice, so that pictures on both sides of a split would show."""
    ps = []
    for seed in range(4):
        features, _, winners, losers = taste(seed, 30, 3, sure=0)
        ps.append(learn(features, winners, losers).p)
    assert sum(p <= 0.05 for p in ps) <= 1
    assert 0.2 < np.mean(ps) < 0.8


def test_too_few_pictures_are_refused() -> None:
    features, _, winners, losers = taste(0, 8, 20, sure=3)
    with pytest.raises(UsageError, match="160 comparisons in 8 groups that share no picture"):
        learn(features, winners, losers)
