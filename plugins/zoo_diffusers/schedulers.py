"""Solvers by their names in the library."""

from __future__ import annotations

from typing import Any

from zoo.errors import MissingExtraError, UnknownNameError

from .importing import import_diffusers

_SUFFIX = "Scheduler"
_DISTILLED = ("LCMScheduler", "TCDScheduler")
"""For distilled weights of the same networks, with the settings of DDIM's family; the library lists
them as compatible with nothing."""


def other_scheduler(own: Any, name: str) -> Any:
    """A new solver of that name with the settings of the pipeline's ``own``; of the same kind for
    no name. ``EulerDiscrete`` and ``EulerDiscreteScheduler`` mean the same, in any case.

    Raises UnknownNameError for one that the library does not count as compatible.
    """
    known = {cls.__name__: cls for cls in (*own.compatibles, *_distilled(own), type(own))}
    cls = type(own)
    if name:
        wanted = name.casefold().removesuffix(_SUFFIX.casefold())
        found = [c for n, c in known.items() if n.removesuffix(_SUFFIX).casefold() == wanted]
        if not found:
            short = sorted(n.removesuffix(_SUFFIX) for n in known)
            raise UnknownNameError("scheduler", name, short, f"(here: {', '.join(short)})")
        cls = found[0]
    try:
        return cls.from_config(own.config)
    except ImportError as error:
        needs = " ".join(str(error).split())
        raise MissingExtraError(f"{cls.__name__} cannot be had: {needs}") from error


def _distilled(own: Any) -> list[type]:
    if "DDIMScheduler" not in {cls.__name__ for cls in own.compatibles}:
        return []
    return [getattr(import_diffusers(), name) for name in _DISTILLED]
