"""Optional parts of the installation."""

from __future__ import annotations

import importlib.util

from .errors import MissingExtraError


def require_models() -> None:
    """Raise MissingExtraError where torch is not installed."""
    if importlib.util.find_spec("torch") is None:
        raise MissingExtraError(
            "making pictures needs PyTorch, which is not installed. "
            "In your clone of Zoo, run: pip install -e '.[models]'"
        )
