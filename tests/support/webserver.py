"""A web server over TLS on 127.0.0.1, for tests: it answers as a path's entry says."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from authorities import SERVER, Authority, pem
from cryptography import x509

from zoo_provenance.errors import FetchError
from zoo_provenance.remote.fetching import Fetcher

NAME = "manifests.test"
Answer = bytes | tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class WebServer:
    """A context manager. ``answers``: by path, a body, ``(status, headers, body)``, or what writes
    an answer to the handler. ``asked``: what every request said. ``connections`` counts them."""

    def __init__(self, folder: Path, name: str = NAME, **issued: Any) -> None:
        self.root = Authority("Web Root")
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        leaf = self.root.issue(
            name, purposes=[SERVER], subjectAlternativeName=(names, False), **issued
        )
        file = folder / "server.pem"
        file.write_text(pem(leaf.key) + leaf.chain_pem)
        self.answers: dict[str, Answer] = {}
        self.asked: list[dict[str, str]] = []
        self.connections = 0
        server = self
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        context.sni_callback = lambda _, sni, __: self._names.append(sni)
        self._names: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append({**self.headers, "path": self.path, "sni": server._names[-1]})
                self.close_connection = True
                answer = server.answers[self.path]
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
                self.send_response(status)
                for key, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self) -> Any:
                accepted, address = super().get_request()
                server.connections += 1
                return context.wrap_socket(
                    accepted, server_side=True, do_handshake_on_connect=False
                ), address

            def handle_error(self, *_: Any) -> None:
                pass  # that a client hangs up is what some tests want

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port

    def url(self, path: str, name: str = NAME) -> str:
        return f"https://{name}:{self.port}{path}"

    def context(self) -> ssl.SSLContext:
        """What a client of this server trusts."""
        return ssl.create_default_context(cadata=pem(self.root.certificate))

    def __enter__(self) -> WebServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def refused(fetch: Fetcher, url: str) -> str:
    """Why this is not fetched."""
    with pytest.raises(FetchError) as error:
        fetch(url)
    assert str(error.value).isprintable()
    return str(error.value)
