"""A study's file: every answer once, the same plan from the same seed, and no half files."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from studies import write_study

from zoo.errors import StudyError, UsageError
from zoo.rating.creating import add_raters
from zoo.rating.recording import Recorder
from zoo.rating.store import open_answers
from zoo.rating.study import Answer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "study.sqlite"


def test_an_answer_that_comes_again_counts_once(file: Path) -> None:
    write_study(file, "real-or-generated", raters=2)
    with Recorder(file) as recorder:
        first = recorder.progress(1).next
        for choice in ("real", "real", "generated"):
            recorder.record(1, Answer(first.id, choice, 500))
        assert recorder.progress(1).answered == 1
        assert recorder.progress(2).answered == 0
    (answer,) = open_answers(file).answers()
    assert (answer.choice, answer.milliseconds) == ("real", 500)
    assert answer.at.endswith("Z")


def test_the_same_answer_from_many_threads_counts_once(file: Path) -> None:
    write_study(file, "real-or-generated")
    with Recorder(file) as recorder:
        first = recorder.progress(1).next
        answers = [Answer(first.id, ("real", "generated")[i % 2], i) for i in range(16)]
        threads = [threading.Thread(target=recorder.record, args=(1, a)) for a in answers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(open_answers(file).answers()) == 1


def test_what_was_taken_back_does_not_come_back(file: Path) -> None:
    """The first answer, sent again after it was withdrawn, is not taken for a second."""
    write_study(file, "real-or-generated")
    with Recorder(file) as recorder:
        first = recorder.progress(1).next
        old = Answer(first.id, "real", 500)
        recorder.record(1, old)
        recorder.withdraw(1, first.id, 0)
        recorder.withdraw(1, first.id, 0)
        recorder.record(1, old)
        assert recorder.progress(1).answered == 0
        assert recorder.progress(1).attempt == 1
        recorder.record(1, Answer(first.id, "generated", 700, attempt=1))
        recorder.withdraw(1, first.id, 0)  # late: of the first answer
    answers = open_answers(file)
    assert [a.choice for a in answers.answers()] == ["generated"]
    assert [a.choice for a in answers.withdrawn()] == ["real"]


def test_an_answer_is_on_the_disk_when_it_is_recorded(file: Path) -> None:
    """Another connection sees it; the journal is written ahead and flushed at every commit."""
    write_study(file, "real-or-generated")
    with Recorder(file) as recorder:
        recorder.record(1, Answer(recorder.progress(1).next.id, "real", 500))
        assert len(open_answers(file).answers()) == 1
        pragmas = ("journal_mode", "synchronous")
        found = [recorder._database.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        assert found == ["wal", 2]
    assert sorted(p.name for p in file.parent.iterdir()) == [file.name]


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(1, "left", 1), "choice"),
        (Answer(1, "real", -1), "milliseconds"),
        (Answer(1, "real", 10**12), "milliseconds"),
        (Answer(1, "real", 1, looks=10**9), "looks"),
        (Answer(10**30, "real", 1), "trial"),
        (Answer(6, "real", 1), "rater 1"),
    ],
)
def test_what_is_no_answer_is_refused(file: Path, answer: Answer, word: str) -> None:
    write_study(file, "real-or-generated", raters=2)
    with Recorder(file) as recorder, pytest.raises(UsageError, match=word):
        recorder.record(1, answer)
    assert open_answers(file).answers() == []


def test_the_same_seed_gives_the_same_plan_and_each_rater_another(tmp_path: Path) -> None:
    plans = []
    for name in ("a", "b"):
        write_study(tmp_path / name, "which-is-better", 8, raters=2)
        plans.append([(t.rater, t.unit, t.items, t.expected)
                      for t in open_answers(tmp_path / name).trials()])  # fmt: skip
    assert plans[0] == plans[1]
    one, other = ([row[1:] for row in plans[0] if row[0] == rater] for rater in (1, 2))
    assert one != other
    assert sorted(row[0] for row in one) == sorted(row[0] for row in other)


def test_half_of_the_pairs_are_the_other_way_round(file: Path) -> None:
    write_study(file, "which-is-better", 8, raters=3)
    for rater in (1, 2, 3):
        trials = [t for t in open_answers(file).trials(rater) if not t.catch]
        assert Counter(t.items[0].set for t in trials) == {"secret-a": 4, "secret-b": 4}
    for trial in open_answers(file).trials():
        if trial.catch:
            assert trial.items[("left", "right").index(trial.expected[0])].damaged is False


def test_catches_are_spread_and_never_first(file: Path) -> None:
    write_study(file, "real-or-generated", 6, raters=40)
    places = [t.index for t in open_answers(file).trials() if t.catch]
    assert len(places) == 40
    assert set(places) == {1, 2, 3, 4, 5, 6}


def test_raters_can_be_added_and_the_others_keep_their_plan(file: Path) -> None:
    write_study(file, "scales", 3, raters=1, label="Pear")
    before, codes = open_answers(file).trials(), open_answers(file).raters()
    add_raters(file, 3)
    after = open_answers(file)
    assert after.trials(1) == before
    assert after.raters()[:1] == codes
    assert len(after.raters()) == 3
    write_study(file.with_name("other"), "scales", 3, raters=3, label="Pear")
    other = open_answers(file.with_name("other"))
    assert [t.unit for t in after.trials(3)] == [t.unit for t in other.trials(3)]


def test_a_study_that_is_there_is_never_replaced(file: Path) -> None:
    write_study(file, "real-or-generated")
    before = file.read_bytes()
    with pytest.raises(StudyError, match="zoo rate resume"):
        write_study(file, "scales")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "no study"), (b"SQLite format 3\0 and then nonsense" * 99, "no study"),
     (b"\x89PNG", "no study")],
)  # fmt: skip
def test_other_files_are_refused_in_a_sentence(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    for opening in (open_answers, Recorder):
        with pytest.raises(StudyError, match=message):
            opening(file)
    assert file.read_bytes() == content


def test_a_study_of_a_newer_version_is_refused_and_left_alone(file: Path) -> None:
    write_study(file, "real-or-generated")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE about SET value = '2' WHERE name = 'schema'")
    for opening in (open_answers, Recorder):
        with pytest.raises(StudyError, match="schema 2"):
            opening(file)


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no study"):
        open_answers(tmp_path / "none.sqlite")
