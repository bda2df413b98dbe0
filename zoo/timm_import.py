"""timm, imported so that a torchvision which does not fit torch is no obstacle.

timm (as transformers does) imports torchvision, of whose compiled operators its networks use none.
Where torch comes from another index than torchvision (torch built for the CPU, torchvision for
CUDA), those operators cannot be loaded, and torchvision fails when it describes the first of them
to torch. Declaring them lets the import go on; calling one would still be an error.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from functools import cache
from types import ModuleType

import torch

from .errors import MissingExtraError

_MISSING = re.compile(r"operator torchvision::(\w+) does not exist")
_MOST_OPERATORS = 32
_declared: list[torch.library.Library] = []  # declarations live as long as this does


@cache
def import_timm() -> ModuleType:
    """The module ``timm``. Raises MissingExtraError where it is not installed or broken."""
    return _import("timm")


@cache
def prepare_torchvision() -> None:
    """Import torchvision, where it is installed, so that others can. Raises MissingExtraError."""
    if importlib.util.find_spec("torchvision") is not None:
        _import("torchvision")


def _import(name: str) -> ModuleType:
    for _ in range(_MOST_OPERATORS):
        try:
            return importlib.import_module(name)
        except RuntimeError as error:
            if not (missing := _MISSING.search(str(error))):
                raise _broken(error) from error
            _declare(missing[1])
        except ImportError as error:
            raise _broken(error) from error
    raise _broken("torchvision declares too many operators")


def _declare(operator: str) -> None:
    """Declare an operator without an implementation, and forget what is half imported."""
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    library.define(f"{operator}(...) -> ...")  # type: ignore[no-untyped-call]
    _declared.append(library)
    for name in [m for m in sys.modules if m.partition(".")[0] in ("timm", "torchvision")]:
        del sys.modules[name]


def _broken(reason: object) -> MissingExtraError:
    return MissingExtraError(
        f"judging pictures needs timm, which cannot be imported ({reason}). "
        "In your clone of Zoo, run: pip install -e '.[models]'"
    )
