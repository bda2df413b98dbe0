"""A study's summary: raters who answer as they are told are found to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ratings import begin, rate

from zoo.rating.findings import RealOrGenerated, Scales, WhichIsBetter
from zoo.rating.human_results import STUDIES, human_results
from zoo.rating.recording import Recorder
from zoo.rating.report.found import findings
from zoo.rating.report.page import write_page
from zoo.rating.report.trust import conditions, reliability
from zoo.rating.study import Trial
from zoo.rating.summary import summarise

GAN, VAE = "gan.x", "vae.x"


def file_in(home: Path, name: str) -> Path:
    return home / STUDIES / f"{name}.sqlite"


def suspicious(trial: Trial) -> tuple[str, int]:
    """Sees every third picture for what it is not; rater 2 does not look at all."""
    if trial.rater == 2:
        return "real", 60
    wrong = {"real": "generated", "generated": "real"}[trial.expected[0]]
    return (wrong if not trial.catch and trial.unit % 3 == 0 else trial.expected[0]), 900


def by_set(order: list[str]):
    """Prefers sets in this order, in three comparisons of four."""

    def choose(trial: Trial) -> tuple[str, int]:
        if trial.catch:
            return trial.expected[0], 700
        left, right = (order.index(item.set) for item in trial.items)
        better = left < right if (trial.unit + trial.rater) % 4 else left > right
        return ("left" if better else "right"), 700

    return choose


def test_errors_of_both_kinds_and_a_rater_who_does_not_look(zoo_home: Path) -> None:
    sets = {"photos": False, GAN: True}
    answers = begin(
        file_in(zoo_home, "hype"), "real-or-generated", sets, each=6, raters=6, catches=4,
        time_limit=250,
    )  # fmt: skip
    rate(answers, suspicious)
    summary = summarise(answers)
    assert isinstance(summary.finding, RealOrGenerated)
    assert (summary.planned, summary.answers) == (72, 72)
    assert [r.failed for r in summary.raters] == [False, True, False, False, False, False]
    assert [r.hasty for r in summary.raters] == [False, True, False, False, False, False]
    assert "1 rater failed the catch trials (number 2), counted all the same" in str(
        conditions(summary)
    )
    rest = summarise(answers, exclude_failed=True)
    assert isinstance(rest.finding, RealOrGenerated)
    assert (rest.excluded, rest.answers) == ((2,), 60)
    rate_ = rest.finding.rate
    assert rate_.errors is not None
    assert rate_.misses is not None
    assert rate_.errors.value == pytest.approx(1 / 3)
    assert (rate_.misses.answers, rate_.errors.answers) == (30, 60)
    assert "left out, as asked" in str(conditions(rest))
    assert rest.exposure is not None
    assert (rest.exposure.median, rest.exposure.longer) == (250, 0)
    assert rest.agreement["real-or-generated"].alpha == 1
    assert rest.times["real-or-generated"]["real"].median == 900
    (table,) = findings(rest)
    assert table.title == "gan.x against photos"
    assert table.rows[0][:2] == ("error rate", "33.3 %")
    assert "more often than by guessing" in table.notes[1]


def test_preferences_count_the_set_and_not_the_side(zoo_home: Path) -> None:
    answers = begin(
        file_in(zoo_home, "better"), "which-is-better", {GAN: True, VAE: True, "photos": None},
        each=8, raters=6, catches=2,
    )  # fmt: skip
    rate(answers, by_set(["photos", GAN, VAE]))
    summary = summarise(answers)
    assert isinstance(summary.finding, WhichIsBetter)
    strengths = summary.finding.preference.strengths
    assert strengths["photos"].value > strengths[GAN].value > strengths[VAE].value
    pairs = {(p.first, p.second): p for p in summary.finding.preference.pairs}
    assert (pairs[GAN, VAE].wins, pairs[GAN, VAE].losses) == (36, 12)
    assert pairs[GAN, VAE].preferred.interval[0] > 0.5
    assert summary.finding.left is not None
    assert abs(summary.finding.left.value - 0.5) < 0.1
    assert summary.agreement["which-is-better"].units == 24
    clear = {row[0]: row[1] for row in findings(summary)[1].rows}
    assert clear["gan.x over vae.x"] == "gan.x"
    assert clear["gan.x over photos"] == "photos"


def test_one_set_is_compared_with_itself(zoo_home: Path) -> None:
    answers = begin(file_in(zoo_home, "self"), "which-is-better", {GAN: True}, each=8, raters=3)
    rate(answers, lambda t: ("left" if t.items[0].sha256 < t.items[1].sha256 else "right", 500))
    summary = summarise(answers)
    assert isinstance(summary.finding, WhichIsBetter)
    assert "with itself" in summary.finding.preference.why
    assert summary.agreement["which-is-better"].why.startswith("all gave the same answer")
    assert human_results([GAN]) == []


def test_scales_by_question_and_set(zoo_home: Path) -> None:
    answers = begin(
        file_in(zoo_home, "scales"), "scales", {GAN: True, VAE: True}, each=4, raters=5, catches=1
    )
    rate(answers, lambda t: ("1" if t.catch else "4" if t.items[0].set == GAN else "2", 800))
    summary = summarise(answers)
    assert isinstance(summary.finding, Scales)
    fit = summary.finding.rated["fit"]
    assert (fit[GAN].mean.value, fit[VAE].mean.value) == (4, 2)
    assert fit[GAN].counts == (0, 0, 0, 20, 0)
    assert [table.title for table in findings(summary)] == ["Aesthetics", "Fit"]


def test_a_study_without_answers_says_so(zoo_home: Path) -> None:
    for kind in ("real-or-generated", "which-is-better", "scales"):
        answers = begin(
            file_in(zoo_home, kind), kind, {"photos": False, GAN: True}, each=2, raters=1
        )
        summary = summarise(answers)
        assert (summary.answers, summary.raters) == (0, ())
        assert conditions(summary)[0].startswith("0 of ")
        assert all(not table.rows for table in findings(summary))


def test_human_results_of_models_from_all_studies(zoo_home: Path) -> None:
    assert human_results([GAN, VAE]) == []
    test_errors_of_both_kinds_and_a_rater_who_does_not_look(zoo_home)
    test_preferences_count_the_set_and_not_the_side(zoo_home)
    test_scales_by_question_and_set(zoo_home)
    file_in(zoo_home, "broken").write_text("no database")
    notes: list[str] = []
    found = {
        score.measure: score for score in human_results([GAN, VAE, "other"], note=notes.append)
    }
    assert set(found) == {"human_error_rate", "preference", "aesthetics", "fit"}
    assert set(found["human_error_rate"].values) == {GAN}
    assert set(found["preference"].values) == {GAN, VAE}
    assert found["preference"].weights[GAN] == ("ab" * 32,)
    assert found["human_error_rate"].conditions == (
        "6 raters, 72 answers, each picture shown for 250 ms"
    )
    assert "broken.sqlite" in notes[0]
    assert "preference" not in {score.measure for score in human_results([GAN])}
    one = np.array([s.values[GAN].value for s in human_results([GAN], seed=1)])
    assert np.isfinite(one).all()


def words(summary) -> str:
    """All that the report says, without its numbers."""
    tables = [*findings(summary), *reliability(summary)]
    return "\n".join([*conditions(summary), *(" ".join((*t.columns, *t.notes)) for t in tables)])


@pytest.mark.parametrize(
    ("raters", "who"), [(1, "this rater"), (2, "these 2 raters"), (5, "people")]
)
@pytest.mark.parametrize("right", [False, True])
def test_few_raters_are_no_people(zoo_home: Path, raters: int, who: str, right: bool) -> None:
    answers = begin(
        file_in(zoo_home, "few"), "real-or-generated", {"photos": False, GAN: True}, each=12,
        raters=raters,
    )  # fmt: skip
    wrong = {"real": "generated", "generated": "real"}
    rate(answers, lambda t: (t.expected[0] if right else wrong[t.expected[0]], 700))
    summary = summarise(answers)
    (table,) = findings(summary)
    assert table.notes[1].startswith(f"{who} {'told' if right else 'took'} these pictures")
    said = words(summary).replace("says nothing of people in general", "")
    assert ("people" in said) == (raters == 5)
    assert ("fewer than 5 raters" in str(conditions(summary))) == (raters < 5)
    page = file_in(zoo_home, "few").with_suffix(".html")
    write_page(summary, page)
    assert f"What {raters} rater{'s' * (raters > 1)} said of" in page.read_text("utf-8")
    assert "What people" not in page.read_text("utf-8")


def test_few_raters_prefer_for_themselves(zoo_home: Path) -> None:
    answers = begin(
        file_in(zoo_home, "few"), "which-is-better", {GAN: True, VAE: True}, each=24, raters=2
    )
    rate(answers, by_set([GAN, VAE]))
    pairs = findings(summarise(answers))[1]
    assert "clearly preferred, these raters" in pairs.columns
    assert pairs.notes[0] == "clearly: the interval of these raters leaves out 50 %"


@pytest.mark.parametrize("catches", [1, 3, 4])
def test_nobody_fails_fewer_than_four_catch_trials(zoo_home: Path, catches: int) -> None:
    answers = begin(
        file_in(zoo_home, "few"), "real-or-generated", {"photos": False, GAN: True}, each=4,
        raters=5, catches=catches,
    )  # fmt: skip
    rate(answers, suspicious)
    summary = summarise(answers, exclude_failed=True)
    assert summary.excluded == ((2,) if catches == 4 else ())
    remarks = [row[-1] for row in reliability(summary)[-1].rows]
    few = "too few catch trials to tell, hasty"
    assert remarks[1] == (few if catches < 4 else "failed the catch trials, hasty, left out")
    assert not any(remarks[:1] + remarks[2:])
    assert ("some were wrong (number 2): too few" in str(conditions(summary))) == (catches < 4)


def test_judgements_and_catch_trials_are_counted_apart(zoo_home: Path) -> None:
    answers = begin(file_in(zoo_home, "one"), "scales", {GAN: True}, each=3, raters=1, catches=2)
    rate(answers, lambda t: ("1" if t.catch else "4", 800))
    with Recorder(answers.file) as recorder:
        recorder.withdraw(1, answers.trials(1)[-1].id, 0)
    summary = summarise(answers)
    assert summary.answers + summary.catch_answers == 9
    line = conditions(summary)[0]
    assert line.startswith(f"{summary.answers} of 6 planned judgements and ")
    assert f"{summary.catch_answers} of 4 catch trials, by 1 rater; 1 answer was taken" in line
    notes = " ".join(reliability(summary)[0].notes)
    assert notes.count("nothing was judged by two raters") == 1
    assert human_results([GAN])[0].conditions.startswith("1 rater, ")
