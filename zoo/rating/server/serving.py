"""Running the server until it is interrupted."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ...errors import UsageError
from ..recording import Recorder
from ..study import Rater
from .app import make_app

Links = dict[int, str]
"""Each rater's address, by the rater's number."""


def serve(
    file: Path, *, host: str, port: int, ready: Callable[[str, list[Rater], Links], None]
) -> None:
    """Let people rate the study in ``file`` until Ctrl-C; then everything is in that one file.

    ``ready`` is called once the addresses can be opened, with that of the page that asks for a
    code, the raters, and each one's own address. Port 0 is any free one. Raises UsageError where
    the address cannot be had, StudyError where the study cannot.
    """
    with Recorder(file) as recorder, _listening(host, port) as listener:
        base = f"http://{_named(host, listener)}/{recorder.token}/"
        ready(base, recorder.raters, {r.number: f"{base}{r.code}/" for r in recorder.raters})
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn passes it on when it has closed
            make_server(recorder, host).run(sockets=[listener])


def make_server(recorder: Recorder, host: str) -> uvicorn.Server:
    """A server of one study, to be run on a socket that listens on ``host``."""
    config = uvicorn.Config(
        make_app(recorder, host), log_level="warning", access_log=False, server_header=False,
        ws="none", lifespan="off", timeout_graceful_shutdown=3,
    )  # fmt: skip
    return uvicorn.Server(config)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(
            f"cannot listen on {host}, port {port}: {why}; another --port N may be free"
        ) from error


def _named(host: str, listener: socket.socket) -> str:
    """The host and port of the addresses: of a server on all of them, the machine's name in
    numbers is for the user to fill in, so this machine's own is given."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"[{name}]:{port}" if ":" in name and not name.startswith("[") else f"{name}:{port}"
