"""Fetching a trust list from its publisher: https only, so many bytes, so many seconds."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Any

from ..errors import TrustError
from .anchors import MAX_FILE

TIMEOUT = 20.0
"""Seconds that a server may be silent."""


def fetch(url: str) -> bytes:
    """The bytes at an address; redirections are followed to https only. Raises TrustError."""
    request = urllib.request.Request(url, headers={"User-Agent": "zoo"})  # noqa: S310
    try:
        with urllib.request.build_opener(_HttpsOnly).open(request, timeout=TIMEOUT) as answer:
            data: bytes = answer.read(MAX_FILE + 1)
    except urllib.error.HTTPError as error:
        raise _failed(url, f"the server answers {error.code} {error.reason}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _failed(url, str(getattr(error, "reason", error))) from error
    if len(data) > MAX_FILE:
        raise _failed(url, f"it has more than {MAX_FILE >> 20} MiB")
    return data


def _failed(url: str, why: str) -> TrustError:
    return TrustError(
        f"cannot fetch {url}: {why}; nothing was changed. On a machine without a network, fetch "
        "the list's files elsewhere and give their folder: 'zoo trust update --from FOLDER'"
    )


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **more: Any) -> urllib.request.Request | None:
        request = super().redirect_request(*args, **more)
        if request is not None and not request.full_url.startswith("https://"):
            raise ValueError("it redirects to an address that is not https")
        return request
