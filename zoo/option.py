"""Options: the knobs that a generator offers, checked before anything is loaded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .errors import PluginError, UsageError

RESERVED = frozenset(
    {
        "batch", "device", "force", "format", "grid", "h", "help", "image", "json", "label",
        "labels", "licence", "m", "model", "n", "no_training", "out", "pixels", "prompt", "resume",
        "seed", "self", "show_steps", "sign_prompt", "size", "visible_label", "weights", "z",
    }
)  # fmt: skip
"""Names that no option can have: ``zoo generate`` has flags of these names, or a model's
``generate``, ``encode`` and ``decode`` have parameters."""

TYPES: dict[str, type] = {"float": float, "int": int, "bool": bool, "str": str}
_BOOLS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Option:
    """One knob of a generator, such as ``truncation``.

    ``type`` is ``float``, ``int``, ``bool`` or ``str``; ``range`` (lowest, highest), both
    included, belongs to numbers, ``choices``, the only values, to text. Raises PluginError where
    the parts do not fit together, or the name is one that ``zoo generate`` has a flag for.
    """

    name: str
    type: str
    default: float | int | bool | str
    help: str
    range: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.type not in TYPES:
            raise PluginError(
                f"option {self.name!r} of type {self.type!r}: the name must be an identifier, "
                f"the type one of {', '.join(TYPES)}"
            )
        if self.name in RESERVED:
            raise PluginError(
                f"option {self.name!r}: zoo generate, or Model.generate, has this of its own, so "
                "nobody could reach the option; choose another name"
            )
        if not isinstance(self.choices, tuple) or not all(isinstance(c, str) for c in self.choices):
            raise PluginError(f"option {self.name}: choices must be a tuple of text")
        if self.choices and self.type != "str":
            raise PluginError(f"option {self.name}: only text has choices")
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
        if self.choices and fitting not in self.choices:
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
        return f"option {self.name} is {str(value)[:40]!r}; expected {self.expects}"

    @property
    def expects(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1])))
        span = f" from {self.range[0]:g} to {self.range[1]:g}" if self.range else ""
        return f"{self.type}{span}"


def _number(text: str) -> float | int:
    try:
        return int(text)
    except ValueError:
        return float(text)
