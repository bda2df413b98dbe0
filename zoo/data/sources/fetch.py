"""Fetching one picture from the network: http and https, so many bytes, so many seconds."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from typing import IO, Any
from urllib.parse import urlsplit

from .entry import UnreadableError

MAX_BYTES = 32 * 2**20
TIMEOUT = 20.0
"""Seconds that a server may be silent."""
MAX_SECONDS = 60.0
"""Seconds for a whole picture, however steadily it drips."""


def fetch(url: str) -> bytes:
    """The bytes at an address; redirections are followed to http and https only.

    Raises UnreadableError for everything that goes wrong.
    """
    if not is_web(url):
        raise UnreadableError("not an http or https address")
    request = urllib.request.Request(url, headers={"User-Agent": "zoo"})  # noqa: S310
    opener = urllib.request.build_opener(_WebOnly)
    deadline = time.monotonic() + MAX_SECONDS
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return _read(answer, deadline)
    except urllib.error.HTTPError as error:
        raise UnreadableError(f"the server answers {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise UnreadableError(f"it cannot be fetched: {error.reason}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UnreadableError(f"it cannot be fetched: {error}") from error


def is_web(url: str) -> bool:
    """Whether this is an http or https address with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _read(answer: IO[bytes], deadline: float) -> bytes:
    data = bytearray()
    while block := answer.read(2**16):
        data += block
        if len(data) > MAX_BYTES:
            raise UnreadableError(f"it has more than {MAX_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise UnreadableError(f"it took more than {MAX_SECONDS:.0f} seconds")
    return bytes(data)


class _WebOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **more: Any) -> urllib.request.Request | None:
        request = super().redirect_request(*args, **more)
        if request is not None and not is_web(request.full_url):
            raise UnreadableError("it redirects to something other than http or https")
        return request
