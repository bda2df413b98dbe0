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


def require_clustering() -> None:
    """Raise MissingExtraError where torch or scikit-learn is not installed."""
    require_models()
    if importlib.util.find_spec("sklearn") is None:
        raise MissingExtraError(
            "grouping pictures needs scikit-learn, which is not installed. "
            "In your clone of Zoo, run: pip install -e '.[models]'"
        )


def require_rating() -> None:
    """Raise MissingExtraError where Starlette or uvicorn is not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise MissingExtraError(
            "the page on which people rate needs Starlette and uvicorn, which are not installed. "
            "In your clone of Zoo, run: pip install -e '.[rate]'"
        )
