"""The library, imported on first use."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from typing import Any

from zoo.errors import MissingExtraError
from zoo.timm_import import prepare_torchvision

PACKAGES = ("diffusers", "transformers")


@cache
def import_diffusers() -> Any:
    """The module ``diffusers``. Raises MissingExtraError where it, or what it needs, is missing."""
    for package in PACKAGES:
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(
                f"models by diffusers: need the package {package}, which is not installed. In your "
                "clone of Zoo, run: pip install -e '.[diffusers]'"
            )
    prepare_torchvision()
    return importlib.import_module("diffusers")
