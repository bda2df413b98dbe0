"""Checks of a contract, run one by one: what holds, what does not, and what could not be tried."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zoo.errors import ContractError, ZooError
from zoo.one_line import in_one_line

_log = logging.getLogger("zoo.plugins")


class NotTriedError(Exception):
    """A check cannot be tried here; the message says why."""


@dataclass(frozen=True)
class Check:
    """One clause of a contract. ``name`` says what should hold, ``problem`` gives what is wrong, or
    None. Where an ``essential`` one does not hold, those after it are not tried."""

    name: str
    problem: Callable[[], str | None]
    essential: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a check went, and why where it does not hold or was not tried."""

    check: str
    state: Literal["holds", "fails", "not-tried"]
    why: str = ""

    def __str__(self) -> str:
        mark = {"holds": "ok", "fails": "FAILS", "not-tried": "not tried"}[self.state]
        return f"{mark}: {self.check}" + (f": {self.why}" if self.why else "")


@dataclass(frozen=True)
class Report:
    """How every check of one thing went."""

    subject: str
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that do not hold."""
        return tuple(outcome for outcome in self.outcomes if outcome.state == "fails")

    def demand(self) -> Report:
        """The report itself; raises ContractError where a check fails."""
        if not self.failed:
            return self
        lines = "\n".join(f"  {outcome}" for outcome in self.outcomes)
        raise ContractError(
            f"{self.subject} fails {len(self.failed)} of {len(self.outcomes)} checks:\n{lines}",
            self,
        )


def run_checks(subject: str, checks: Iterable[Check]) -> Report:
    """Try the checks in their order, up to an essential one that does not hold."""
    outcomes: list[Outcome] = []
    for check in checks:
        outcomes.append(_try(check))
        if check.essential and outcomes[-1].state != "holds":
            break
    return Report(subject, tuple(outcomes))


def _try(check: Check) -> Outcome:
    try:
        problem = check.problem()
    except NotTriedError as error:
        return Outcome(check.name, "not-tried", str(error))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is anybody's code
        if os.environ.get("ZOO_STRICT") == "1":
            _log.warning("%s:", check.name, exc_info=error)
        problem = _raised(error)
    return Outcome(check.name, "fails", problem) if problem else Outcome(check.name, "holds")


def _raised(error: BaseException) -> str:
    """An error in words, with the place where it was raised; Zoo's own say what there is to say."""
    if isinstance(error, ZooError):
        return in_one_line(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"{in_one_line(error)} ({place}; ZOO_STRICT=1 shows how it came there)"
