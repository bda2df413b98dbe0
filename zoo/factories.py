"""``module:function`` strings, imported on first use."""

from __future__ import annotations

import importlib
from typing import Any

from .boundary import contained, named_if_slow
from .errors import PluginError
from .extras import require_models


def import_factory(name: str) -> Any:
    """The function that ``module:function`` names. Raises PluginError where it cannot be had, and
    MissingExtraError where torch, which all factories of models need, is not installed."""
    require_models()
    return import_attribute(name)


def import_attribute(name: str) -> Any:
    """What ``module:attribute`` names, with torch or without. Raises PluginError."""
    module, _, attribute = name.partition(":")
    try:
        with named_if_slow(f"importing {module}"), contained(module, builds=True):
            return getattr(importlib.import_module(module), attribute)
    except (Exception, SystemExit) as error:
        raise PluginError(f"cannot import {name}: {type(error).__name__}: {error}") from error
