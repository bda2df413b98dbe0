"""Options: the knobs that a generator offers, checked before anything is loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .errors import PluginError, UsageError

TYPES: dict[str, type] = {"float": float, "int": int, "bool": bool, "str": str}
_BOOLS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Option:
    """One knob of a generator, such as ``truncation``.

    ``type`` is ``float``, ``int``, ``bool`` or ``str``; ``range`` (lowest, highest), both
    included, belongs to numbers. Raises PluginError where the parts do not fit together.
    """

    name: str
    type: str
    default: float | int | bool | str
    help: str
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.type not in TYPES:
            raise PluginError(
                f"option {self.name!r} of type {self.type!r}: the name must be an identifier, "
                f"the type one of {', '.join(TYPES)}"
            )
        if self.range is not None and self.type not in ("float", "int"):
            raise PluginError(f"option {self.name}: only numbers have a range")
        try:
            self.check(self.default)
        except UsageError as error:
            raise PluginError(f"the default does not fit: {error}") from error

    def check(self, value: Any) -> Any:
        """``value`` as this option's type, from Python, JSON or text typed on a command line.

        Raises UsageError where it is of another type, not finite, or out of range.
        """
        try:
            fitting = self._typed(value)
        except ValueError:
            raise UsageError(self._expected(value)) from None
        if self.range is not None and not self.range[0] <= fitting <= self.range[1]:
            raise UsageError(self._expected(value))
        return fitting

    def _typed(self, value: Any) -> Any:
        if isinstance(value, str) and self.type != "str":
            value = _BOOLS.get(value.lower(), value) if self.type == "bool" else _number(value)
        if self.type == "float" and type(value) is int:
            value = float(value)
        if type(value) is not TYPES[self.type] or (
            isinstance(value, float) and not math.isfinite(value)
        ):
            raise ValueError
        return value

    def _expected(self, value: Any) -> str:
        span = f" from {self.range[0]:g} to {self.range[1]:g}" if self.range else ""
        return f"option {self.name} is {str(value)[:40]!r}; expected {self.type}{span}"


def _number(text: str) -> float | int:
    try:
        return int(text)
    except ValueError:
        return float(text)
