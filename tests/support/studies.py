"""Small studies without a model, and the command that serves them in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from zoo.rating.creating import Unit, create_study
from zoo.rating.pictures import as_png, damaged
from zoo.rating.recording import Recorder
from zoo.rating.server.serving import make_server
from zoo.rating.study import SCALES, Item, Kind, Study

SETS = ("secret-a", "secret-b")
HOSTILE = "<img src=x onerror='window.harm=1'>\" & {{7*7}} \u202egpj"


def write_study(
    file: Path, kind: Kind, n: int = 4, *, raters: int = 1, side: int = 16,
    time_limit: int | None = None, label: str | None = None,
) -> Study:  # fmt: skip
    """``n`` pictures of noise on a grey square, or ``n`` pairs, and one catch; their set and
    source are named ``secret-…``."""
    chance = np.random.default_rng(5)
    questions = SCALES if kind == "scales" else (kind,)
    pngs: dict[str, bytes] = {}
    items: list[Item] = []

    def item(number: int, spoilt: bool = False) -> int:
        pixels = chance.integers(0, 40, (side, side, 3), dtype=np.uint8)
        pixels += np.uint8(20 * number % 200)
        sha256, png = as_png(damaged(pixels, chance) if spoilt else pixels)
        pngs[sha256] = png
        odd, name = bool(number % 2), f"secret-{number}.png"
        items.append(Item(sha256, SETS[odd], odd, label, name, None, spoilt))
        return len(items) - 1

    units = []
    for number in range(n):
        if kind == "which-is-better":
            units.append(Unit(kind, (item(2 * number), item(2 * number + 1))))
        elif kind == "real-or-generated":
            truth = ("generated",) if number % 2 else ("real",)
            units.append(Unit(kind, (item(number),), expected=truth))
        else:
            one = item(number)
            units += [Unit(question, (one,)) for question in questions]
    last = (item(1, spoilt=True),)
    if kind == "which-is-better":
        units.append(Unit(kind, (0, *last), catch=True, expected=("left",)))
    elif kind == "real-or-generated":
        units.append(Unit(kind, last, catch=True, expected=("generated",)))
    else:
        units.append(Unit("fit", last, catch=True, expected=("1", "2")))
    created = "2026-01-01T00:00:00Z"
    study = Study("abc", kind, 3, questions, SETS, side, created, time_limit)
    create_study(file, study, pngs, items, units, raters)
    return study


class Serving:
    """A study served by a thread of this process; ``page`` and ``links`` as the command prints."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.recorder = Recorder(file)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.page = f"http://127.0.0.1:{self._socket.getsockname()[1]}/{self.recorder.token}/"
        self.links = [f"{self.page}{rater.code}/" for rater in self.recorder.raters]
        self._server = make_server(self.recorder, "127.0.0.1")
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self.recorder.close()


class Served:
    """``zoo rate resume FILE`` as a process: a context manager that kills it at the end."""

    def __init__(self, file: Path) -> None:
        self.file, self.port = file, 0
        self.page = ""
        self.links: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self, *more: str) -> None:
        """Start it, or start it again on the same port; it listens when this returns."""
        words = ["rate", "resume", os.fspath(self.file), "--port", str(self.port), "--json", *more]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zoo_cli", *words], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        text, table = "", None
        for line in self._process.stdout:
            text += line
            if line == "}\n":
                table = json.loads(text)
                break
        assert table is not None, "zoo rate resume ended at once"
        self.page = table["page"]
        self.links = [rater["link"] for rater in table["raters"]]
        self.port = int(self.page.split(":")[2].split("/")[0])

    def kill(self) -> None:
        """SIGKILL: it can do nothing about it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()


def wait_for(tab: Any, phase: str) -> None:
    """Until the page is in a phase: words, asking, sending, end, gone."""
    tab.wait_for_selector(f"body[data-phase={phase}]")


def begin(tab: Any) -> None:
    wait_for(tab, "words")
    tab.keyboard.press(" ")
    wait_for(tab, "asking")


def press(tab: Any, key: str) -> None:
    """Answer one trial with a key, and wait until it is stored."""
    wait_for(tab, "asking")
    before = tab.inner_text("#count")
    tab.keyboard.press(key)
    tab.wait_for_selector(f"#count:not(:text-is('{before}'))")


def counted(tab: Any, text: str) -> None:
    """Wait until the page says so many of so many."""
    tab.wait_for_selector(f"#count:text-is('{text}')")
