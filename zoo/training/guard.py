"""Errors of a trainer's own code, told plainly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from zoo.errors import PluginError, UsageError, ZooError
from zoo_provenance.errors import ProvenanceError


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn what a trainer raises into a PluginError, and a full device into a UsageError."""
    try:
        yield
    except (ZooError, ProvenanceError, OSError):
        raise
    except torch.OutOfMemoryError as error:
        raise UsageError(
            f"{what}: the device's memory is full; take a smaller --batch, or --device cpu"
        ) from error
    except Exception as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise PluginError(
            f"{what} failed: {type(error).__name__}: {reason} (ZOO_STRICT=1 shows where)"
        ) from error
