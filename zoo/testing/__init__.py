"""For those who write plugins: checks that what they bring keeps Zoo's contracts, and fixtures.

``check_generator(card)`` and its sisters raise :class:`zoo.errors.ContractError`, which lists what
holds and what does not. The fixtures of :mod:`zoo.testing.fixtures` are there for pytest as soon as
Zoo is installed. Importing this imports neither torch nor c2pa.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .examiners import check_examiner
    from .generators import check_generator
    from .measures import check_measure
    from .rewards import check_reward

__all__ = ["check_examiner", "check_generator", "check_measure", "check_reward"]

_HOME = {name: f"{name.removeprefix('check_')}s" for name in __all__}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'zoo.testing' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
