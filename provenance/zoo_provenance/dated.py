"""Dates in manifests: what is said to have been done in the future cannot be believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from .ancestry import actions_of
from .credentials import Store

CLOCKS_DIFFER = dt.timedelta(days=1)
"""Clocks go wrong, and some tools write local times without saying so."""


def future_date(store: Store) -> str | None:
    """The first date after tomorrow, of an action or a time-stamp in any manifest of the store, as
    RFC 3339 in UTC; None where there is none."""
    most = dt.datetime.now(dt.UTC) + CLOCKS_DIFFER
    dates = (date for manifest in store.manifests.values() for date in _dates(manifest))
    found = next((date for date in dates if date > most), None)
    return None if found is None else found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _dates(manifest: Mapping[str, Any]) -> Iterator[dt.datetime]:
    signature = manifest.get("signature_info")
    written = [action.get("when") for action in actions_of(manifest)]
    written.append(signature.get("time") if isinstance(signature, dict) else None)
    for text in written:
        if not isinstance(text, str):
            continue
        try:
            date = dt.datetime.fromisoformat(text)
            yield date.astimezone(dt.UTC) if date.tzinfo else date.replace(tzinfo=dt.UTC)
        except (ValueError, OverflowError):
            continue
