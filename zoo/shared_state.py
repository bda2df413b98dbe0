"""What all code of a process shares, and a plugin may not change: put back as it was.

Only what is imported already is looked at, so that this imports neither numpy nor torch.
"""

from __future__ import annotations

import random
import sys
from typing import Any


class SharedState:
    """The random states of ``random``, numpy and torch, and torch's grad mode and default type, as
    they are now."""

    def __init__(self) -> None:
        self._random = random.getstate()
        self._numpy: Any = sys.modules.get("numpy.random")
        self._numpy_state = self._numpy.get_state() if self._numpy else None
        self._torch: Any = _imported_torch()
        if self._torch:
            self._torch_state = self._torch.get_rng_state()
            self._grad = self._torch.is_grad_enabled()
            self._dtype = self._torch.get_default_dtype()

    def put_back(self) -> list[str]:
        """Put back what is not as it was; says what that is."""
        return [*self._put_back_random(), *(self._put_back_torch() if self._torch else ())]

    def _put_back_random(self) -> list[str]:
        changed = []
        if random.getstate() != self._random:
            random.setstate(self._random)
            changed.append("the random state of Python")
        if self._numpy and _differs(self._numpy.get_state(), self._numpy_state):
            self._numpy.set_state(self._numpy_state)
            changed.append("the random state of numpy")
        return changed

    def _put_back_torch(self) -> list[str]:
        changed, torch = [], self._torch
        if not torch.equal(torch.get_rng_state(), self._torch_state):
            torch.set_rng_state(self._torch_state)
            changed.append("the random state of torch")
        if torch.is_grad_enabled() != self._grad:
            torch.set_grad_enabled(self._grad)
            changed.append("torch's grad mode")
        if torch.get_default_dtype() != self._dtype:
            torch.set_default_dtype(self._dtype)
            changed.append("torch's default type")
        return changed


def advice(changed: list[str]) -> str:
    """What to do instead of changing these."""
    parts = []
    if any(what.startswith("the random state") for what in changed):
        parts.append(
            "take random numbers from the request (request.noise) or from a generator of your own"
        )
    if any(not what.startswith("the random state") for what in changed):
        parts.append("undo what you set, as torch.enable_grad() does at the end of its block")
    return ", and ".join(parts)


def _imported_torch() -> Any:
    """torch, where it has been imported to its end."""
    torch = sys.modules.get("torch")
    return (
        torch if hasattr(torch, "get_default_dtype") and hasattr(torch, "get_rng_state") else None
    )


def _differs(one: Any, other: Any) -> bool:
    """Whether two states of numpy's global generator differ."""
    return any((x != y) if not hasattr(x, "shape") else (x != y).any()
               for x, y in zip(one, other, strict=True))  # fmt: skip
