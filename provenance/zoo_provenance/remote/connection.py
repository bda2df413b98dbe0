"""HTTP over TLS to addresses that were checked, and to no others."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import Any

from .addresses import Address


class PinnedConnection(http.client.HTTPConnection):
    """A connection to one of ``addresses``; no name is looked up any more.

    Certificate and SNI are those of ``host``. ``deadline``, by :func:`time.monotonic`, holds for
    all of it, however steadily the server drips: after it, TimeoutError.
    """

    default_port = http.client.HTTPS_PORT

    def __init__(
        self,
        host: str,
        port: int,
        addresses: tuple[Address, ...],
        context: ssl.SSLContext,
        deadline: float,
    ) -> None:
        super().__init__(host, port)
        self._addresses, self._context, self._deadline = addresses, context, deadline
        context.sslsocket_class = _TimedSocket
        context.set_alpn_protocols(["http/1.1"])

    def connect(self) -> None:
        """Called by the first request."""
        dialled = self._dial()
        dialled.settimeout(seconds_until(self._deadline))
        secured = self._context.wrap_socket(dialled, server_hostname=self.host)
        assert isinstance(secured, _TimedSocket)
        secured.deadline = self._deadline
        self.sock = secured

    def _dial(self) -> socket.socket:
        """The first address that answers; none may take all the time from the rest."""
        failed: OSError | None = None
        for number, address in enumerate(self._addresses):
            left = len(self._addresses) - number
            try:
                return _dial(address, self.port, seconds_until(self._deadline) / left)
            except OSError as error:
                failed = error
        raise failed or OSError("the host has no address")


def _dial(address: Address, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    dialled = socket.socket(family, socket.SOCK_STREAM)
    try:
        dialled.settimeout(seconds)
        dialled.connect((str(address), port))
    except BaseException:
        dialled.close()
        raise
    return dialled


class _TimedSocket(ssl.SSLSocket):
    """The timeout of a socket is one of silence; this one ends at a point in time."""

    deadline: float

    def recv_into(self, *args: Any, **more: Any) -> int:
        self.settimeout(seconds_until(self.deadline))
        return super().recv_into(*args, **more)


def seconds_until(deadline: float) -> float:
    """How many are left; raises TimeoutError where none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
