"""How it is told that a manifest lies elsewhere: not fetched, not to be had, or fetched."""

from __future__ import annotations

import dataclasses
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ..errors import FetchError
from ..evidence import Evidence, Finding
from ..library import RemoteStoreError
from ..text import clean
from .url import MAX_URL, locate

if TYPE_CHECKING:
    from .fetching import Fetched


def told_of(error: RemoteStoreError) -> tuple[str, dict[str, Any]]:
    """A sentence, and the details, on a manifest that was not read."""
    url = clean(error.url, MAX_URL)
    start = f"The file has no C2PA manifest in it, but points to one at {clean(error.url)}, which"
    if error.why is not None:
        remote = {"url": url, "state": "failed", "error": error.why}
        return f"{start} could not be fetched: {error.why}.", {"remote": remote}
    try:
        locate(error.url)
    except FetchError as refusal:
        end = f"was not fetched: {refusal}."
    else:
        end = "was not fetched; --online does that (in Python: online=True)."
    return f"{start} {end}", {"remote": {"url": url, "state": "not-fetched"}}


def with_source(evidence: Evidence, fetched: Fetched) -> Evidence:
    """The evidence of a manifest that was fetched, saying so."""
    redirected = fetched.source if fetched.source != fetched.url else None
    told = f" This manifest was fetched from {clean(fetched.url)}"
    if redirected is not None:
        told += f" (which redirects to {clean(redirected)})"
    told += f" at {fetched.time}."
    if evidence.finding is Finding.TAMPERED:
        told += " The server may have given that of another picture."
    remote = {
        "url": clean(fetched.url, MAX_URL),
        "state": "fetched",
        "redirected_to": None if redirected is None else clean(redirected, MAX_URL),
        "time": fetched.time,
        "bytes": len(fetched.data),
        "manifest_sha256": sha256(fetched.data).hexdigest(),
    }
    details = {**evidence.details, "remote": remote}
    return dataclasses.replace(evidence, summary=evidence.summary + told, details=details)
