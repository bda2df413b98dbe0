"""``zoo verify`` while somebody waits: what is passed over, how far it has come, and Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pages import Page, picture

from zoo_cli import verify_progress

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals and terminals of POSIX")


def zoo(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "zoo_cli", *map(str, words)]


def test_pictures_without_a_pictures_ending_are_examined(
    call_zoo, tmp_path: Path, monkeypatch
) -> None:
    """As mailers and browsers save them; the rest of the folder is counted and named."""
    monkeypatch.chdir(tmp_path)
    folder = Path("in")
    folder.mkdir()
    for name in ("a.jpg_large", "b"):
        picture(1).save(folder / name, "JPEG")
    picture(2).save(folder / "c.png")
    for name in (".DS_Store", "d.pdf", "e.txt", "f", "g.txt"):
        (folder / name).write_bytes(b"%PDF")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "h")  # is not waited for
    others = [str(p) for p in sorted(folder.iterdir()) if p.name[0] in ".defgh"]
    done = call_zoo("verify", "in", "--quick", "--json", "--report", "out.html")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert [Path(f["file"]).name for f in told["files"]] == ["a.jpg_large", "b", "c.png"]
    assert told["passed_over"] == others
    first = f"{len(others)} files, no pictures, were passed over: {', '.join(others[:3])} and "
    assert done.stderr.startswith(first)
    page = Page(Path("out.html").read_text("utf-8"))
    assert f"{len(others)} files that are no pictures were passed over: {', '.join(others)}." in (
        page.text
    )
    (folder / "c.png").rename("c.png")
    (folder / "a.jpg_large").unlink()
    (folder / "b").unlink()
    empty = call_zoo("verify", "in")
    assert (empty.returncode, "the folder holds no picture" in empty.stdout) == (1, True)


@posix
@pytest.mark.parametrize("form", ["--json", "--long", "--csv"])
def test_ctrl_c_says_how_far_it_came(tmp_path: Path, form: str) -> None:
    for number in range(20):
        picture(number, 500).save(tmp_path / f"{number}.png")
    command = zoo("verify", tmp_path, "--thorough", "--jobs", "1", form)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out = "".join(process.stdout.readline() for _ in range(3))
        process.send_signal(signal.SIGINT)
        out += process.stdout.read()
        err = process.stderr.read()
    assert process.returncode == 130
    found = re.fullmatch(r"interrupted: (\d+) of 20 examined\n", err)
    assert found is not None, err
    done = int(found[1])
    assert 0 < done < 20
    if form == "--json":
        told = json.loads(out)
        assert (told["complete"], len(told["files"])) == (False, done)
    elif form == "--csv":
        assert out.count("no-evidence") == done
    else:
        assert f"{done} file" in out.splitlines()[-2]


@posix
def test_a_terminal_shows_the_rows_above_a_bar(tmp_path: Path) -> None:
    """Each row stands on a line of its own, and the bar is gone at the end."""
    import pty

    for number in range(9):
        picture(number).save(tmp_path / f"{number}.png")
    parent, child = pty.openpty()
    environment = {**os.environ, "COLUMNS": "100", "LINES": "30", "TERM": "xterm"}
    command = zoo("verify", ".", "--quick", "--jobs", "1")
    with subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=tmp_path, env=environment
    ) as process:
        os.close(child)
        shown = b""
        while True:
            try:
                piece = os.read(parent, 4096)
            except OSError:  # the terminal was closed at the other end
                break
            if not piece:
                break
            shown += piece
    os.close(parent)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r", "\n")
    lines = [line.strip() for line in text.splitlines()]
    assert [line for line in lines if line.startswith("no-evidence")] == [
        f"no-evidence         unknown    -          {number}.png" for number in range(9)
    ]
    assert [line for line in lines if "verifying" in line and "/9" in line]
    assert "9 files: 9 no-evidence" in lines


def test_without_a_terminal_a_long_wait_is_told(call_zoo, tmp_path: Path, monkeypatch) -> None:
    for number in range(20):
        picture(1, 16).save(tmp_path / f"{number:02}.png")
    hours = iter(range(10**6))
    monkeypatch.setattr(verify_progress, "monotonic", lambda: 70.0 * next(hours))
    done = call_zoo("verify", tmp_path, "--quick", "--jobs", "1", "--csv")
    # 8 files, of which 7 were timed, took 70 seconds: 10 each for the other 12.
    assert done.stderr == "20 files: the rest takes about 2 min\n"
    assert done.stdout.count("no-evidence") == 20
