"""``module:function`` strings, imported on first use."""

from __future__ import annotations

import importlib
from typing import Any

from .boundary import contained, named_if_slow
from .errors import PluginError
from .extras import require_models
from .one_line import in_one_line


def import_factory(name: str, who: str) -> Any:
    """The function that ``module:function`` names, of ``who``, which messages begin with. Raises
    PluginError where it cannot be had, and MissingExtraError where torch, which all factories of
    models need, is not installed."""
    require_models()
    return import_attribute(name, who)


def import_attribute(name: str, who: str) -> Any:
    """What ``module:attribute`` names, with torch or without. Raises PluginError."""
    module, _, attribute = name.partition(":")
    try:
        with named_if_slow(f"{who}: importing {module}"), contained(who, builds=True):
            return getattr(importlib.import_module(module), attribute)
    except (Exception, SystemExit) as error:
        raise PluginError(f"{who}: cannot import {name}: {in_one_line(error)}") from error
