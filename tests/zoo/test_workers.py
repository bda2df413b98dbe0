"""Examining in processes: what one file does to its process, and what becomes of the others."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import zoo_rogue
from pages import Page
from PIL import Image

import zoo
from zoo.errors import UsageError
from zoo.limits import Limits
from zoo.verifying import Unread
from zoo_provenance.answer import Examination
from zoo_provenance.errors import TrustError
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType
from zoo_provenance.trust import Trust


@pytest.fixture
def rogue(zoo_with) -> None:
    """``strangers/zoo_rogue.py`` is installed for this process and those that it starts."""
    zoo_with(zoo_rogue)


def pictures(folder: Path, *names: str) -> list[Path]:
    """Small pictures without marks, all different."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{name}.png" for name in names]
    for number, path in enumerate(paths):
        pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
    return paths


def told(answer: Examination | Unread) -> str:
    return answer.error.code if isinstance(answer, Unread) else str(answer.verdict.verdict)


def rogues(answer: Examination) -> dict:
    (found,) = (e for e in answer.evidence if e.examiner == "rogue")
    return {"state": found.state, "summary": found.summary, **found.details}


def is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_one_bad_file_never_stops_the_others(tmp_path: Path, rogue) -> None:
    names = ["a", "segfault", "b", "leave", "chatty", "loop", "c", "sleep", "d", "missing"]
    paths = pictures(tmp_path / "pics", *names)
    paths[-1].unlink()
    answers = list(zoo.verify_many(paths, jobs=2, thorough=False, limits=Limits(1)))
    assert [a.path for a in answers] == paths
    assert dict(zip(names, map(told, answers), strict=True)) == {
        **dict.fromkeys("abcd", "no-evidence"),
        "segfault": "crashed",
        "leave": "crashed",
        "chatty": "no-evidence",
        "loop": "too-slow",
        "sleep": "too-slow",
        "missing": "unreadable",
    }
    errors = {a.path.stem: str(a.error) for a in answers if isinstance(a, Unread)}
    assert "exit code 3" in errors["leave"]
    if sys.platform != "win32":
        assert "SIGSEGV" in errors["segfault"]


def test_a_picture_that_cannot_be_drawn_keeps_its_answer(tmp_path: Path, rogue) -> None:
    """Drawing is the process's work, too: what it does there costs the picture and nothing else."""
    names = ["a", "undrawable", "b", "undrawn", "c", "forged", "d"]
    paths = pictures(tmp_path / "pics", *names)
    ask = partial(zoo.verify_many, jobs=1, thorough=False, limits=Limits(1))
    answers = list(ask(paths, thumbnails=True))
    assert [a.path for a in answers] == paths
    assert {told(a) for a in answers} == {"no-evidence"}
    looks = {name: answer.look for name, answer in zip(names, answers, strict=True)}
    assert {name for name, look in looks.items() if look.thumbnail} == set("abcd")
    assert "died" in looks["undrawable"].why
    assert "more than" in looks["undrawn"].why
    assert "no answer that can be read" in looks["forged"].why
    zoo.write_report(answers, tmp_path / "page.html")
    page = Page((tmp_path / "page.html").read_text("utf-8"))
    shown = ["No picture is shown: " not in article for article in page.articles]
    assert shown == [len(name) == 1 for name in names]
    assert [name for name, _ in page.elements].count("img") == 4


def test_what_is_no_answer_is_not_taken_for_one(tmp_path: Path, rogue) -> None:
    paths = pictures(tmp_path / "pics", "a", "garbled", "b")
    answers = list(zoo.verify_many(paths, jobs=1, thorough=False))
    assert [told(a) for a in answers] == ["no-evidence", "crashed", "no-evidence"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what malloc takes")
def test_no_file_gets_more_memory_than_it_may(tmp_path: Path, rogue) -> None:
    paths = pictures(tmp_path / "pics", "hungry", "a")
    few, many = (Limits(10, size << 20) for size in (256, 2048))
    refused, after = zoo.verify_many(paths, jobs=1, thorough=False, limits=few)
    assert "MemoryError" in rogues(refused)["summary"]
    assert told(after) == "no-evidence"
    (given, _) = zoo.verify_many(paths, jobs=1, thorough=False, limits=many)
    assert rogues(given)["state"] == "none"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_large_files_leave_nothing_behind(tmp_path: Path, zoo_home: Path) -> None:
    """One such file takes most of what a process may have."""
    paths = [tmp_path / f"{number}.png" for number in range(8)]
    for grey, path in enumerate(paths):
        Image.new("RGB", (3000, 3000), (grey, grey, grey)).save(path, compress_level=1)
    found = zoo.verify_many(paths, jobs=1, thorough=False, limits=Limits(20, 200 << 20))
    assert [told(answer) for answer in found] == ["no-evidence"] * 8
    few = zoo.verify_many(paths[:1], jobs=1, thorough=False, limits=Limits(20, 24 << 20))
    assert [told(answer) for answer in few] == ["too-large"]


def test_the_answers_are_those_of_this_process(tmp_path: Path, zoo_home: Path) -> None:
    coarse = np.random.default_rng(1).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((160, 160), Image.Resampling.BICUBIC)
    source, record = SourceType.TRAINED_ALGORITHMIC_MEDIA, Record("toy.x", "toy", seed=4)
    seal(image, record, source=source, out=tmp_path / "sealed.png")
    Image.open(tmp_path / "sealed.png").convert("RGB").save(tmp_path / "copy.jpg", quality=80)
    (tmp_path / "broken.png").write_bytes((tmp_path / "sealed.png").read_bytes()[:5000])
    (tmp_path / "odd\udcff.png").write_bytes(b"")
    paths = sorted(tmp_path.glob("*.*"))
    for trust in (None, Trust()):
        here = [*zoo.verify_many(paths, trust=trust)]
        there = [*zoo.verify_many(paths, trust=trust, jobs=1)]
        readable = [a for a in here if isinstance(a, Examination)]
        assert [a for a in there if isinstance(a, Examination)] == readable
        assert [(a.path, told(a)) for a in there] == [(a.path, told(a)) for a in here]
    assert {told(a) for a in here} == {"inconclusive", "issued-here", "unreadable"}


def test_what_keeps_all_of_them_from_working_is_raised(tmp_path: Path, zoo_home: Path) -> None:
    anchor = zoo_home / "trust" / "signers" / f"{'0' * 64}.pem"
    anchor.parent.mkdir(parents=True)
    anchor.write_text("no certificate")
    with pytest.raises(TrustError, match="trust anchor"):
        list(zoo.verify_many(pictures(tmp_path / "pics", "a", "b"), jobs=2))
    with pytest.raises(UsageError, match="0 jobs"):
        zoo.verify_many([], jobs=0)
    assert list(zoo.verify_many([], jobs=1)) == []


def test_a_strangers_folder_is_no_place_for_modules(tmp_path: Path, monkeypatch) -> None:
    paths = pictures(tmp_path / "pics", "a")
    for name in ("c2pa", "zoo", "sitecustomize"):
        (tmp_path / "pics" / f"{name}.py").write_text("raise SystemExit('was run')")
    monkeypatch.chdir(tmp_path / "pics")
    monkeypatch.syspath_prepend("")
    assert [told(a) for a in zoo.verify_many(paths, jobs=1)] == ["no-evidence"]


@pytest.mark.skipif(os.name != "posix", reason="asks for processes as POSIX does")
def test_no_process_outlives_the_answers(tmp_path: Path, rogue) -> None:
    paths = pictures(tmp_path / "pics", "a", "sleep", "b")
    answers = zoo.verify_many(paths, jobs=2, thorough=False)
    pid = rogues(next(answers))["pid"]
    assert pid != os.getpid()
    answers.close()
    assert is_gone(pid)


ASK = """
import sys
import zoo
for answer in zoo.verify_many(sys.argv[1:], jobs=1, thorough=False):
    print(next(e.details["pid"] for e in answer.evidence if e.examiner == "rogue"), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="asks for processes as POSIX does")
@pytest.mark.parametrize("how", ["sleep", "loop"])
def test_no_process_outlives_a_killed_parent(tmp_path: Path, rogue, how: str) -> None:
    paths = pictures(tmp_path / "pics", "a", how)
    command = [sys.executable, "-c", ASK, *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.5)  # it is at the second file now
        parent.kill()
    assert is_gone(pid)


@pytest.mark.skipif(os.name != "posix", reason="sends signals as POSIX does")
def test_ctrl_c_ends_all_of_them(tmp_path: Path, rogue) -> None:
    paths = pictures(tmp_path / "pics", "a", "sleep")
    command = [sys.executable, "-m", "zoo_cli", "verify", "--json", "--jobs", "1", *map(str, paths)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    first = b""
    while not (found := re.search(rb'"pid": (\d+)', first)):
        first += os.read(process.stdout.fileno(), 4096)
    pid = int(found[1])
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert is_gone(pid)
