"""The command run inside the test's process: the same answers, without a start for each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from zoo_cli.main import main


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Call = Callable[..., Done]


@pytest.fixture
def call_zoo(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """``call_zoo("trust", "list")``; nobody is at the terminal to answer."""
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)

        def call(*args: str | os.PathLike[str]) -> Done:
            monkeypatch.setattr(sys, "argv", ["zoo", *map(os.fspath, args)])
            capsys.readouterr()
            with pytest.raises(SystemExit) as end:
                main()
            printed = capsys.readouterr()
            return Done(int(end.value.code or 0), printed.out, printed.err)

        yield call
