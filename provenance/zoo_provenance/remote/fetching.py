"""Fetching what a stranger's file points at: https from public addresses, so much, so long.

Whoever wrote the URL may want a machine of this network to be asked, or this one to be kept busy.
So a name is looked up once, all of its addresses must be public ones, and the connection goes to
these; the same again after each redirection. No proxy is used: it would look the name up itself.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urldefrag, urljoin

from ..errors import FetchError
from ..text import clean
from .addresses import Address, is_public, resolve
from .connection import PinnedConnection, seconds_until
from .url import PORTS, locate

MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Fetched:
    """What came from ``url``; ``source`` is where redirections led, ``time`` RFC 3339 in UTC."""

    url: str
    source: str
    time: str
    data: bytes


@dataclass(frozen=True)
class Fetcher:
    """``Fetcher()(url)`` fetches at most 16 MiB in at most 10 seconds, names and redirections
    included.

    The defaults are the guard; other ones are for servers that are known. ``may_reach`` says to
    which addresses a connection may go, ``context`` how TLS is spoken.
    """

    seconds: float = 10.0
    most: int = 16 * 2**20
    ports: frozenset[int] = PORTS
    may_reach: Callable[[Address], bool] = is_public
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def __call__(self, url: str) -> Fetched:
        """Raises FetchError for everything that goes wrong; what it says is printable."""
        deadline = time.monotonic() + self.seconds
        at = url
        try:
            for _ in range(1 + MOST_REDIRECTS):
                answer = self._ask(at, deadline)
                if isinstance(answer, bytes):
                    time_now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                    return Fetched(url, at, time_now, answer)
                at = answer
        except TimeoutError as error:
            raise FetchError(f"it took more than {self.seconds:g} seconds") from error
        except ssl.SSLCertVerificationError as error:
            raise FetchError(
                f"the server's certificate is refused: {clean(error.verify_message)}"
            ) from error
        except http.client.IncompleteRead as error:
            raise FetchError("the answer ends before it is complete") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            why = getattr(error, "strerror", None) or error
            raise FetchError(f"the connection failed: {clean(why)}") from error
        raise FetchError(f"the server redirects more than {MOST_REDIRECTS} times")

    def _ask(self, url: str, deadline: float) -> bytes | str:
        """What is there, or where it is instead."""
        parts, port = locate(url, self.ports)
        host = parts.hostname or ""
        connection = PinnedConnection(
            host, port, self._checked(host, port, deadline), self.context(), deadline
        )
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"User-Agent": "zoo"})
            with connection.getresponse() as answer:
                where = answer.getheader("Location")
                if answer.status in _REDIRECTS and where is not None:
                    return urldefrag(urljoin(url, where)).url
                if answer.status != http.client.OK:
                    raise FetchError(f"the server answers {answer.status} {clean(answer.reason)}")
                return self._read(answer)
        finally:
            connection.close()

    def _checked(self, host: str, port: int, deadline: float) -> tuple[Address, ...]:
        addresses = resolve(host, port, seconds_until(deadline))
        # Not which one: an answer may go to others, and names inside a network are its own matter.
        if not all(map(self.may_reach, addresses)):
            raise FetchError(f"{clean(host)} leads to an address that is not public")
        return addresses

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        data = answer.read(self.most + 1)
        if len(data) > self.most:
            raise FetchError(f"it has more than {self.most:,} bytes")
        if answer.length:
            raise http.client.IncompleteRead(data, answer.length)
        if not data:
            raise FetchError("the answer is empty")
        return data
