"""What every request must pass, and what every answer carries."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses a request under a name that is not this server's, so that no page elsewhere can
    reach it by pointing a name of its own at this machine (DNS rebinding), and one that another
    page sends (CSRF)."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self.app, self.host = app, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        app = self.app if refusal is None else PlainTextResponse(refusal, 403)
        await app(scope, receive, marked)

    def _refusal(self, method: str, headers: Mapping[str, str]) -> str | None:
        host = headers.get("host", "")
        if not is_own(host, self.host):
            return "This address is not one of the study's; use the link that you were given.\n"
        origin = headers.get("origin")
        if method == "POST" and origin is not None and urlsplit(origin).netloc != host:
            return "Another page sent this; nothing was stored.\n"
        return None


def is_own(header: str, host: str) -> bool:
    """Whether a Host header (RFC 9110, 7.2) names this server: ``localhost``, the host that it was
    told to listen on, or an address in numbers, which cannot be pointed elsewhere."""
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", host.casefold()):
        return True
    try:
        address = ipaddress.ip_address(name)
        bound = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address == bound or (bound.is_unspecified or not bound.is_loopback)
