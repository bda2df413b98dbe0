"""Fixtures of the tests of what a model is."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``serve(build)`` is what a factory ``plain_here:build`` names."""

    def serve(build: Any) -> None:
        module = types.ModuleType("plain_here")
        module.build = build  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "plain_here", module)

    return serve
