"""Judges: small trained networks that look at pictures, for evaluation, rewards and clustering."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import PluginError
from .weights import Weights

DEFAULT_JUDGE = "fruits360"


@dataclass(frozen=True)
class ReferenceFile:
    """A data set as a judge sees it, so that models trained on it are evaluated without it.

    ``name`` is what the data are called; ``trained_on`` what cards of such models say of them
    (:attr:`zoo.card.Card.trained_on`). ``file`` is what
    :func:`zoo.evaluation.reference_file.to_file` made. ``remark`` is printed beside scores against
    them: what one should know of the data to read these.
    """

    name: str
    trained_on: tuple[str, ...]
    file: Weights
    remark: str = ""

    def is_of(self, data: str) -> bool:
        """Whether ``data``, a name or what a card says, means these. A tuned model's card goes on
        behind a semicolon."""
        return data == self.name or any(
            data == text or data.startswith(f"{text};") for text in self.trained_on
        )


@dataclass(frozen=True)
class Judge:
    """What a judge is, known without loading it. Raises PluginError where a field does not fit.

    ``factory`` is ``module:function``, called as ``factory(file)`` with the verified file of
    ``weights``; it returns the network (a :class:`zoo.judging.JudgeNetwork`). ``size`` is the side
    in pixels that it was trained at. ``labels`` are what it tells apart. ``references`` are data
    sets in its features.
    """

    name: str
    summary: str
    factory: str
    weights: Weights
    labels: tuple[str, ...]
    size: int
    licence: str
    trained_on: str
    references: tuple[ReferenceFile, ...] = ()

    def __post_init__(self) -> None:
        if not self.name or ":" in self.name or ":" not in self.factory:
            raise PluginError(
                f"judge {self.name!r}: expected a name without ':' and a factory module:function, "
                f"got {self.factory!r}"
            )
        if self.size < 8 or not self.labels:
            raise PluginError(f"judge {self.name!r}: expected a size of 8 or more, and labels")
