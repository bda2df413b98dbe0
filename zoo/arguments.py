"""The arguments that rebuild a network, as ``zoo train`` stored them in its weights file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .errors import WeightsError
from .safetensor import VerifiedFile

MOST = 4096
"""Labels, sizes or channels of a network that is not refused: strangers' files are bounded."""
MOST_ENTRIES = 8


def network_arguments(
    file: VerifiedFile,
    architecture: str,
    *,
    numbers: Sequence[str] = (),
    lists: Sequence[str] = (),
    texts: Sequence[str] = (),
) -> dict[str, Any]:
    """The arguments in a file's metadata: ``numbers`` and the entries of ``lists`` (2 to 8) are
    integers from 1 to 4096. Raises WeightsError where one is missing or does not fit.
    """
    try:
        table = json.loads(file.metadata()["network"])
        for name in lists:
            if not isinstance(table[name], list) or not 2 <= len(table[name]) <= MOST_ENTRIES:
                raise ValueError(f"{name} is no list of 2 to {MOST_ENTRIES} numbers")
        values = [table[name] for name in numbers] + [v for name in lists for v in table[name]]
        for value in values:
            if type(value) is not int or not 0 < value <= MOST:
                raise ValueError(f"{str(value)[:40]!r} is not a size from 1 to {MOST}")
        for name in texts:
            if not isinstance(table[name], str) or len(table[name]) > 100:
                raise ValueError(f"{name} is no short text")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WeightsError(
            f"{file.name} is not a weights file of {architecture}: its metadata have no fitting "
            f"'network' ({error}); give one that zoo train exported"
        ) from error
    return {name: table[name] for name in (*numbers, *lists, *texts)}
