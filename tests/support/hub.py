"""A Hub on 127.0.0.1, as far as its official client asks one for files: one repository at one
commit, and a client that has nothing in its cache."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """A context manager. ``files``: by name, what the repository holds at ``main`` and COMMIT.
    ``asked``: method and path of every request."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                self._answer(body=False)

            def do_GET(self) -> None:
                self._answer(body=True)

            def _answer(self, *, body: bool) -> None:
                hub.asked.append(f"{self.command} {self.path}")
                status, headers, data = hub.answer(self.path)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if body:
                    self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; errors are told apart by ``X-Error-Code``."""
        if path.startswith("/api/models/"):
            return self._about(path)
        before, resolve, rest = path.partition("/resolve/")
        if not resolve or before != f"/{self.repository}":
            return 404, {"X-Error-Code": "RepoNotFound"}, b""
        revision, _, name = rest.partition("/")
        if revision not in ("main", COMMIT):
            return 404, {"X-Error-Code": "RevisionNotFound"}, b""
        if name not in self.files:
            return 404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b""
        data = self.files[name]
        digest = hashlib.sha256(data).hexdigest()  # as the Hub names large files
        return 200, {"X-Repo-Commit": COMMIT, "ETag": f'"{digest}"'}, data

    def _about(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """What the Hub's API says of the repository, or its tree. Weights are large files."""
        name, _, rest = path.removeprefix("/api/models/").partition("?")[0].partition("/tree/")
        name, _, revision = name.partition("/revision/")
        if name != self.repository:
            return 404, {"X-Error-Code": "RepoNotFound"}, b""
        if (rest or revision) not in ("", "main", COMMIT):
            return 404, {"X-Error-Code": "RevisionNotFound"}, b""
        files: list[dict[str, Any]] = []
        for file, data in self.files.items():
            size, digest = len(data), hashlib.sha256(data).hexdigest()
            about = {"type": "file", "path": file, "rfilename": file, "size": size}
            about |= {"oid": "0" * 40, "blobId": "0" * 40}
            if file.endswith(".safetensors"):
                about["lfs"] = {"oid": digest, "sha256": digest, "size": size, "pointerSize": 100}
            files.append(about)
        table = files if rest else {"id": self.repository, "sha": COMMIT, "siblings": files}
        return 200, {"Content-Type": "application/json"}, json.dumps(table).encode()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Hub:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def use(monkeypatch: pytest.MonkeyPatch, cache: Path, hub: Hub | None) -> None:
    """The official client asks this Hub, or none (``HF_HUB_OFFLINE``), and keeps files in
    ``cache``; it has read its variables when it was imported."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", hub is None)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    if hub is not None:
        monkeypatch.setattr(constants, "ENDPOINT", hub.address)
        template = hub.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
