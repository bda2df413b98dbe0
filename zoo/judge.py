"""Judges: small trained networks that look at pictures, for evaluation, rewards and clustering."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import PluginError
from .weights import Weights

DEFAULT_JUDGE = "fruits360"


@dataclass(frozen=True)
class Judge:
    """What a judge is, known without loading it. Raises PluginError where a field does not fit.

    ``factory`` is ``module:function``, called as ``factory(file)`` with the verified file of
    ``weights``; it returns the network (a :class:`zoo.judging.JudgeNetwork`). ``size`` is the side
    in pixels that it was trained at. ``labels`` are what it tells apart.
    """

    name: str
    summary: str
    factory: str
    weights: Weights
    labels: tuple[str, ...]
    size: int
    licence: str
    trained_on: str

    def __post_init__(self) -> None:
        if not self.name or ":" in self.name or ":" not in self.factory:
            raise PluginError(
                f"judge {self.name!r}: expected a name without ':' and a factory module:function, "
                f"got {self.factory!r}"
            )
        if self.size < 8 or not self.labels:
            raise PluginError(f"judge {self.name!r}: expected a size of 8 or more, and labels")
