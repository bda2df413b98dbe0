"""Examining files from strangers in processes of their own, so that none of them stops the rest.

A decoder that crashes, hangs or wants all memory takes down one process: its file is reported,
the process replaced. The pools of the standard library give up as a whole when one of theirs dies,
start no script twice without a guard, and unpickle what comes back; here it is JSON through
two pipes. It is no sandbox: a process may do what its user may.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from zoo_provenance.errors import CrashedError, ProvenanceError, TooSlowError

from .errors import ZooError
from .limits import Limits
from .verifying import Unread

if TYPE_CHECKING:
    from zoo_provenance.answer import Examination
    from zoo_provenance.look import Look

    from .verifying import Asked

    Answer = Examination | Unread
    Tasks = SimpleQueue[tuple[int, Path] | None]
    Answers = SimpleQueue[tuple[int, Answer | Exception]]

_AHEAD = 64
"""Files for each process that may be done before the one whose turn it is."""
_NO_ANSWER = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading raises of a line that no sound process has written."""
_LOOK = 0.25
_GRACE = 5.0
"""Seconds between looks at the clock, and for a process to end that has closed its output."""
_KEEPING_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(8 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 1024**2),
}
"""For glibc: arrays of up to 8 MiB stay with the process, which makes the like all the time, and
what the system gives it anew it has to clear. What is larger goes back at once: there is a limit.
"""


def examine_in_processes(
    paths: Iterable[Path], asked: Asked, limits: Limits, jobs: int
) -> Generator[Answer, None, None]:
    """The answers in the order of the paths, which are taken as needed.

    Raises what keeps every process from its work (TrustError, ZooError). The processes end with
    the iterator.
    """
    tasks: Tasks = SimpleQueue()
    answers: Answers = SimpleQueue()
    workers = [Worker(asked, limits) for _ in range(jobs)]
    threads = [
        threading.Thread(target=_serve, args=(worker, tasks, answers), daemon=True)
        for worker in workers
    ]
    try:
        for thread in threads:
            thread.start()
        yield from _in_order(iter(paths), tasks, answers, workers)
    finally:
        for worker in workers:
            worker.close()
            tasks.put(None)
        for thread, worker in zip(threads, workers, strict=True):
            thread.join()
            worker.reap()


def _in_order(
    paths: Iterator[Path], tasks: Tasks, answers: Answers, workers: list[Worker]
) -> Iterator[Answer]:
    early: dict[int, Answer] = {}
    given = sent = 0
    more = True
    while True:
        while more and sent - given < _AHEAD * len(workers):
            path = next(paths, None)
            if path is None:
                more = False
            else:
                tasks.put((sent, path))
                sent += 1
        if given == sent:
            return
        while given not in early:
            number, answer = _next(answers, workers)
            early[number] = answer
        yield early.pop(given)
        given += 1


def _next(answers: Answers, workers: list[Worker]) -> tuple[int, Answer]:
    """The next answer of any worker; those that are overdue are stopped meanwhile."""
    while True:
        try:
            number, answer = answers.get(timeout=_LOOK)
        except Empty:
            for worker in workers:
                worker.stop_if_overdue()
            continue
        if isinstance(answer, Exception):
            raise answer
        return number, answer


def _serve(worker: Worker, tasks: Tasks, answers: Answers) -> None:
    """Let one worker do tasks until there are no more."""
    while (task := tasks.get()) is not None:
        number, path = task
        try:
            answers.put((number, worker.examine(path)))
        except Exception as error:  # noqa: BLE001 - raised where the answers are taken
            answers.put((number, error))
            return


class Worker:
    """One process, started when first needed and anew after each that died."""

    def __init__(self, asked: Asked, limits: Limits) -> None:
        self._asked, self._limits = asked, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._due: float | None = None
        self._overdue = False

    def examine(self, path: Path) -> Answer:
        """One answer: the process's, or what became of the process."""
        from .answer_table import from_table

        process = self._process or self._start()
        self._overdue = False
        self._due = time.monotonic() + self._limits.patience
        line = _ask(process, _line(str(path)))
        try:
            answer = from_table(path, json.loads(line))
        except _NO_ANSWER:
            return Unread(path, self._fate(line))
        if self._asked.thumbnails and not isinstance(answer, Unread):
            answer = dataclasses.replace(answer, look=self._look(process))
        self._due = None
        return answer

    def _look(self, process: subprocess.Popen[bytes]) -> Look:
        """What comes after an answer, which stands, whatever becomes of the process now."""
        from zoo_provenance.look import Look

        from .look_table import MOST_LINE, look_of

        line = _read(process, MOST_LINE)
        try:
            return look_of(json.loads(line))
        except _NO_ANSWER:
            return Look(why=str(self._fate(line)))

    def stop_if_overdue(self) -> None:
        """End a process that has been at its file for too long, whatever it is waiting for."""
        if self._due is not None and time.monotonic() > self._due:
            self._overdue = True
            self._kill()

    def close(self) -> None:
        """End the process, whatever it does (it only reads), and start no other."""
        with self._lock:
            self._closed = True
        self._kill()

    def _kill(self) -> None:
        process = self._process
        if process is not None:
            process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        from .answer_table import error_of
        from .asking import request

        with self._lock:
            if self._closed:
                raise ZooError("nobody waits for the answer")
            self._process = process = _spawn(self._asked)
        line = _ask(process, _line(request(self._asked, self._limits)))
        if not line.endswith(b"\n"):
            raise ZooError(
                f"a process for examining files did not start ({self.reap()}); "
                "what it says of that is on stderr"
            )
        ready = json.loads(line)
        if ready["error"] is not None:
            code, message = ready["error"]["code"], ready["error"]["message"]
            raise ZooError(message) if code is None else error_of(code, message)
        return process

    def _fate(self, line: bytes) -> ProvenanceError:
        """Why a process gave ``line`` for an answer, which is none; it is gone afterwards."""
        self._due = None
        if line:
            self._kill()
        ending = self.reap()
        limits = self._limits
        if self._overdue:
            return TooSlowError(f"looking at it took more than {limits.patience:g} seconds")
        if ending == "SIGXCPU":
            return TooSlowError(
                f"looking at it took more than {limits.seconds:g} seconds of processor time"
            )
        if line.endswith(b"\n"):
            return CrashedError("the process that looked at it gave no answer that can be read")
        return CrashedError(f"the process that looked at it died ({ending})")

    def reap(self) -> str:
        """How the process ended, if one was there: a signal's name, or its exit code."""
        process, self._process = self._process, None
        if process is None:
            return "not started"
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
        with contextlib.suppress(OSError):  # there may be something left that nobody reads
            process.__exit__(None, None, None)
        try:
            return signal.Signals(-process.returncode).name
        except ValueError:
            return f"exit code {process.returncode}"


def _spawn(asked: Asked) -> subprocess.Popen[bytes]:
    """A process that finds the same modules as this one, and leaves Ctrl-C to it."""
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**_KEEPING_MEMORY, **os.environ, "PYTHONPATH": paths}
    if not asked.replay and asked.record is None:
        # Processes enough are at work; threads for every core would want memory for each. Only
        # models, which make pictures again, gain by them.
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        environment |= dict.fromkeys(names, "1")
    # -P: a folder full of strangers' files may be the current one, and is no place for modules.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "zoo.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        process_group=None if sys.platform == "win32" else 0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _ask(process: subprocess.Popen[bytes], line: bytes) -> bytes:
    """The answer to one line; nothing where the process is gone."""
    assert process.stdin is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except (OSError, ValueError):
        return b""
    return _read(process)


def _read(process: subprocess.Popen[bytes], most: int = -1) -> bytes:
    """The next line; the beginning of it where there is no more, or it is longer than ``most``."""
    assert process.stdout is not None
    try:
        return process.stdout.readline(most)
    except (OSError, ValueError):
        return b""


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"
