"""Which URLs in strangers' files may be fetched at all."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from ..errors import FetchError

MAX_URL = 2048
PORTS = frozenset({443})


def locate(url: str, ports: frozenset[int] = PORTS) -> tuple[SplitResult, int]:
    """The parts of a URL that may be fetched, and its port. Raises FetchError."""
    if len(url) > MAX_URL:
        raise FetchError(f"the address has more than {MAX_URL:,} characters")
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise FetchError("the address has characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("the address is malformed") from error
    if parts.scheme != "https":
        raise FetchError("only https addresses are fetched")
    if "@" in parts.netloc:
        raise FetchError("addresses with a user's name or password are not fetched")
    if not parts.hostname:
        raise FetchError("the address names no server")
    port = 443 if port is None else port
    if port not in ports:
        raise FetchError("only the port of https, 443, is fetched from")
    return parts, port
