"""The answers of ``zoo verify`` on many files: a line each, and how many there are of each."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable

from zoo.circumstances import Circumstances, TrustSource
from zoo.verifying import Unread
from zoo_provenance.answer import Examination
from zoo_provenance.evidence import Finding
from zoo_provenance.plain_words import integrity_of
from zoo_provenance.verdict import VerdictName

from .output import print_result, printable
from .verify_report import as_text, shown

_ROW = "{:18}  {:9}  {:9}  {}"
_UNREAD = "unread"


class TextOutput:
    """A table or, with ``long``, the whole report of each file; ``alone``: of the only one."""

    def __init__(self, setting: Circumstances, *, long: bool, alone: bool) -> None:
        self._setting = setting
        self._long, self._alone = long, alone
        self._tally: Counter[str] = Counter()
        self._seen = 0
        # In a pipe nothing is cut off; in a terminal a line is a line.
        self._width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None

    def __enter__(self) -> TextOutput:
        if not self._long:
            print_result(_ROW.format("VERDICT", "ORIGIN", "INTEGRITY", "FILE"))
        return self

    def add(self, answer: Examination | Unread) -> None:
        name = _UNREAD if isinstance(answer, Unread) else str(answer.verdict.verdict)
        self._tally[name] += 1
        self._seen += _is_seen_before(answer)
        print_result(as_text(answer) if self._long else as_row(answer, self._width))
        sys.stdout.flush()

    def __exit__(self, kind: object, *error: object) -> None:
        if kind is not None and kind is not KeyboardInterrupt:
            return
        if not self._alone:
            counts = tally(self._tally, self._seen)
            print_result(counts if self._long else "\n" + counts)
        print_result(trusted(self._setting))


def as_row(answer: Examination | Unread, width: int | None = None) -> str:
    """One line, cut to ``width`` columns if there is one. The name comes last: letters that are
    written from right to left turn nothing round but themselves there."""
    name = printable(shown(answer.path))
    if isinstance(answer, Unread):
        start, end = _ROW.format(_UNREAD, "-", "-", ""), f": {printable(str(answer.error))}"
    else:
        verdict = answer.verdict
        integrity, _ = integrity_of(answer)
        start = _ROW.format(verdict.verdict, verdict.origin, integrity, "")
        end = " (seen before)" if _is_seen_before(answer) else ""
    if width is None:
        return start + name + end
    room = max(width - len(start), 8)
    if len(name) > room:  # its end tells it from its neighbours in the folder
        name = "…" + name[1 - room :]
    row = start + name + end
    return row if len(row) <= len(start) + room else row[: len(start) + room - 1] + "…"


def _is_seen_before(answer: Examination | Unread) -> bool:
    return isinstance(answer, Examination) and any(
        e.finding is Finding.SEEN_BEFORE for e in answer.evidence
    )


def trusted(setting: Circumstances) -> str:
    """``Trusted: this installation, 2 added by hand, the C2PA trust list (installed on 2026-11-23,
    its newest certificate of 2026-10-01).``"""
    told = [_WHO[source.who](source) for source in setting.sources]
    text = f"Trusted: {', '.join(told) or 'nobody'}."
    if setting.official:
        return text
    return f"{text} The C2PA trust list is not among them (zoo trust update installs it)."


_WHO: dict[str, Callable[[TrustSource], str]] = {
    "own": lambda _: "this installation",
    "added": lambda source: f"{len(source.signers) + len(source.timestampers)} added by hand",
    "official": lambda source: f"the C2PA trust list ({_age(source)})",
    "interim": lambda source: f"the interim list ({_age(source)})",
}


def _age(source: TrustSource) -> str:
    installed, newest = str(source.installed)[:10], str(source.newest)[:10]
    return f"installed on {installed}, its newest certificate of {newest}"


def tally(counts: Counter[str], seen: int = 0) -> str:
    """``200 files: 12 issued-here, 185 no-evidence, 3 unread; 28 seen before``, in the order of the
    verdicts."""
    total = counts.total()
    known = [*map(str, VerdictName), _UNREAD]
    each = ", ".join(f"{counts[name]} {name}" for name in known if counts[name])
    before = f"; {seen} seen before" if seen else ""
    return f"{total} {'file' if total == 1 else 'files'}: {each}{before}"
