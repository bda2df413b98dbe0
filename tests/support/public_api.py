"""The public interface as text: names, signatures, fields and members.

``python tests/support/public_api.py`` renews ``tests/zoo/api.txt``.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WIDTH = 100
SNAPSHOT = Path(__file__).parents[1] / "zoo" / "api.txt"

WHOLE = ("zoo", "zoo.testing", "zoo_provenance", "zoo.errors", "zoo_provenance.errors")
"""Modules all of whose public names are stable."""

PARTS = {
    "zoo.evaluation.seen": ("Seen",),
    "zoo.hookspecs": ("*",),
    "zoo.judge": ("Judge", "ReferenceFile"),
    "zoo.judging": ("load_judge",),
    "zoo.measure": ("MeasureFunction", "Prepared"),
    "zoo.safetensor": ("VerifiedFile", "load_state"),
    "zoo.training.trainable": ("Batch", "Draws", "Phase", "Trainable"),
    "zoo.tuning.rewarding": ("RewardFunction",),
    "zoo_provenance.evidence": ("Evidence", "Examiner", "Finding", "Kind"),
    "zoo_provenance.source": ("Origin",),
    "zoo_provenance.subject": ("Subject",),
    "zoo_provenance.verdict": ("Integrity", "Verdict", "VerdictName"),
}
"""Names that the pages for authors use, of modules whose others may change."""


def describe() -> str:
    """The whole text. It does not depend on the version of Python."""
    parts = {**dict.fromkeys(WHOLE, ("*",)), **PARTS}
    lines = []
    for module in sorted(parts):
        for name, value in _members(importlib.import_module(module), parts[module]):
            lines += list(_lines(f"{module}.{name}", value))
    return "\n".join(lines) + "\n"


def _members(module: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if names == ("*",):
        own = [
            name
            for name, value in vars(module).items()
            if getattr(value, "__module__", "") == module.__name__ and not inspect.ismodule(value)
        ]
        names = tuple(n for n in getattr(module, "__all__", own) if not n.startswith("_"))
    for name in sorted(names):
        yield name, getattr(module, name)


def _lines(name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value) and issubclass(value, enum.Enum):
        yield from _wrapped(f"{name}: ", [str(member.value) for member in value])
    elif inspect.isclass(value) and issubclass(value, Exception):
        yield f"{name} is a {', '.join(base.__name__ for base in value.__bases__)}"
    elif inspect.isclass(value):
        made = dataclasses.is_dataclass(value) or "__init__" in vars(value)
        if made and not getattr(value, "_is_protocol", False):
            yield from _signature(name, value, returns=False)
        else:
            yield name
        for inner, member in sorted(_own(value).items()):
            if callable(member):
                yield from (f"    {line}" for line in _signature(f".{inner}", member))
            else:
                yield f"    .{inner}"
    elif inspect.isfunction(value):
        yield from _signature(name, value)
    else:
        yield f"{name}, a {type(value).__name__}"


def _own(kind: type) -> dict[str, Any]:
    """Public methods, properties and, of a protocol, attributes, those of bases included."""
    fields = {f.name for f in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    found: dict[str, Any] = {}
    for base in kind.__mro__[:-1]:
        if base.__module__.startswith("zoo"):
            for name, member in [*dict.fromkeys(base.__annotations__).items(), *vars(base).items()]:
                shown = name == "__call__" or not name.startswith("_")
                if shown and name not in fields:
                    found.setdefault(name, member)
    for name, member in found.items():
        if isinstance(member, staticmethod | classmethod):
            found[name] = getattr(kind, name)
    return found


def _signature(name: str, value: Any, *, returns: bool = True) -> Iterator[str]:
    signature = inspect.signature(value)
    parameters, kind = [], None
    for parameter in signature.parameters.values():
        if parameter.name == "self" or (parameter.name.startswith("_") and not returns):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and kind not in (
            parameter.KEYWORD_ONLY,
            parameter.VAR_POSITIONAL,
        ):
            parameters.append("*")
        kind = parameter.kind
        parameters.append(_parameter(parameter))
    end = f") -> {signature.return_annotation}" if returns else ")"
    yield from _wrapped(f"{name}(", parameters, end)


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{stars}{parameter.name}: {parameter.annotation}"
    if parameter.default is parameter.empty:
        return text
    default = parameter.default
    shown = repr(str(default)) if isinstance(default, enum.Enum) else repr(default)
    return f"{text} = {'…' if ' at 0x' in shown or shown == '<factory>' else shown}"


def _wrapped(start: str, parts: list[str], end: str = "") -> Iterator[str]:
    """On one line where it is short, else a part a line, so that a change shows as one line."""
    line = f"{start}{', '.join(parts)}{end}"
    if len(line) <= WIDTH or len(parts) < 2:
        yield line
        return
    yield start.rstrip()
    yield from (f"    {part}," for part in parts)
    if end:
        yield end


if __name__ == "__main__":
    SNAPSHOT.write_text(describe(), "utf-8", newline="\n")
