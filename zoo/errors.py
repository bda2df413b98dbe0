"""Every error that Zoo raises on purpose.

ZooError
├── UsageError            the request itself is wrong (exit code 2)
│   └── UnknownNameError  no such model, label, option; names the nearest
├── WeightsError          a weights file is missing, changed, or not what its card says
│   └── UnreachableError  it lies on the Hub, which cannot be asked
├── PluginError           a plugin failed to load or answered nonsense
│   └── ContractError     it fails checks of zoo.testing; an AssertionError, too
├── MissingExtraError     an optional part of the installation is needed
├── DataError             training data cannot be read
├── StudyError            a study of human judgement cannot be begun, read or continued
└── ReplayError           a picture's record cannot be replayed here

Errors of the provenance side live in ``zoo_provenance.errors``; the command line prints both
kinds the same way.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .testing.contract import Report


class ZooError(Exception):
    """Base of all errors raised on purpose. The message says what to do next."""


class UsageError(ZooError):
    """What was asked for is not possible; nothing was done."""


class UnknownNameError(UsageError):
    """No such name. Says which names are near."""

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "") -> None:
        near = nearest(name, known)
        message = f"unknown {kind} {name!r}"
        if near:
            message += "; did you mean " + " or ".join(repr(n) for n in near) + "?"
        super().__init__(f"{message} {hint}".rstrip())


class WeightsError(ZooError):
    """A weights file was refused before or while loading."""


class UnreachableError(WeightsError):
    """The Hub cannot be asked: no network, HF_HUB_OFFLINE, or a fault of its own."""


class PluginError(ZooError):
    """A plugin could not be loaded or broke its contract."""


class ContractError(PluginError, AssertionError):
    """What a plugin brings fails checks of :mod:`zoo.testing`; the message lists every one, and
    ``report`` holds them."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class MissingExtraError(ZooError):
    """A part of Zoo is not installed."""


class DataError(ZooError):
    """Training data is missing or unreadable."""


class StudyError(ZooError):
    """A study of human judgement cannot be begun, read or continued."""


class ReplayError(ZooError):
    """A record cannot be replayed on this machine."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The ``count`` names most like ``name``, case ignored; parts of names count too."""
    names = list(known)
    wanted = name.casefold()
    by_fold = {n.casefold(): n for n in names}
    close = difflib.get_close_matches(wanted, by_fold, n=count, cutoff=0.5)
    found = [by_fold[c] for c in close]
    found += [n for n in names if wanted in n.casefold() and n not in found]
    return found[:count]
