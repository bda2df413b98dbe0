"""A Hub on 127.0.0.1 for its official client: repositories, large files on another host behind a
redirect, uploads, users, and faults on demand. No xet, no network."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import hub_uploads as uploads
from hub_repository import Repository, etag, is_large, listed, sha256
from hub_uploads import Answer, as_json, refused

TOKENS = {"hf_alice": "alice", "hf_mallory": "mallory"}
"""Who may do what is said by the token: each writes under the own name."""


class HubServer:
    """A context manager. ``asked``: method, path and headers of every request. ``faults``: by a
    part of a path, what answers in the place of a file; one that returns None lets it pass.
    ``renamed``: repositories that answer under another name now."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.large: dict[str, bytes] = {}
        self.renamed: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.faults: dict[str, Callable[[Handler, bytes], Answer | None]] = {}
        handler = type("Bound", (Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def elsewhere(self) -> str:
        """Where large files are: the same server, for a client another host."""
        return f"http://localhost:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.asked]

    def add(self, name: str, files: dict[str, bytes], **about: Any) -> str:
        """A repository with one commit, which is returned; or one commit more."""
        repository = self.repositories.setdefault(name, Repository(name, **about))
        return repository.commit(files)

    def environment(self, home: Any, user: str | None = None) -> dict[str, str]:
        """The variables under which the official client asks this Hub."""
        token = next((t for t, name in TOKENS.items() if name == user), "")
        return {
            "HF_ENDPOINT": self.address, "HF_HUB_OFFLINE": "0", "HF_HOME": str(home),
            "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": token, "HF_HUB_CACHE": f"{home}/hub",
        }  # fmt: skip

    def __enter__(self) -> HubServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One request. Its subclass has the ``hub``."""

    protocol_version = "HTTP/1.1"
    hub: HubServer

    def do_HEAD(self) -> None:
        self._answer(self._file())

    def do_GET(self) -> None:
        self._answer(self._api() or self._file())

    def do_POST(self) -> None:
        answer = self._api() or refused(404)
        self._answer(self._fault(b"") or answer)

    def do_PUT(self) -> None:
        self.do_POST()

    def _api(self) -> Answer | None:
        hub, path = self.hub, unquote(self.path.partition("?")[0])
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        if path == "/api/repos/create":
            return uploads.create(hub, self._user, body)
        if path == "/api/validate-yaml":
            return uploads.validate(body)
        if path == "/api/whoami-v2":
            return as_json({"name": self._user}) if self._user else refused(401)
        if found := re.fullmatch(r"/lfs/([0-9a-f]{64})", path):
            return uploads.put(hub, found[1], body)
        if found := re.fullmatch(r"/lfs-verify/([0-9a-f]{64})", path):
            return as_json({}) if found[1] in hub.large else refused(404)
        if found := re.fullmatch(r"/([^/]+/[^/]+)\.git/info/lfs/objects/batch", path):
            return self._writing(found[1]) or uploads.batch(hub, body)
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/(.+)", path):
            return self._about(found[1], found[2], tree=True)
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
            return self._about(found[1], found[2] or "main")
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/(preupload|commit)/(.+)", path):
            if no := self._writing(found[1]):
                return no
            repository = hub.repositories[found[1]]
            if found[2] == "preupload":
                return uploads.preupload(repository, body)
            return uploads.commit(hub, repository, found[3], body)
        return refused(404) if path.startswith("/api/") else None

    def _about(self, name: str, revision: str, *, tree: bool = False) -> Answer:
        repository = self.hub.repositories.get(name)
        if repository is None or not self._may_read(repository):
            return refused(404, "RepoNotFound")
        commit = repository.resolve(revision)
        if commit is None:
            return refused(404, "RevisionNotFound")
        files = [listed(file, data) for file, data in repository.commits[commit].items()]
        if tree:
            return as_json(files)
        return as_json(
            {"id": name, "sha": commit, "private": repository.private, "siblings": files}
        )

    def _writing(self, name: str) -> Answer | None:
        """Why this user may not write there."""
        repository = self.hub.repositories.get(name)
        if self._user is None:
            return refused(401, message="Invalid username or password.")
        if repository is None or not self._may_read(repository):
            return refused(404, "RepoNotFound")
        if name.partition("/")[0] != self._user:
            return refused(403, message="you may not write here")
        return None

    def _file(self) -> Answer:
        """A file of a repository, or large contents on the other host."""
        path = unquote(self.path.partition("?")[0])
        if found := re.fullmatch(r"/cdn/([0-9a-f]{64})", path):
            return self._contents(self.hub.large[found[1]])
        found = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        if not found:
            return refused(404)
        name, revision, file = found.groups()
        if now := self.hub.renamed.get(name):
            return 307, {"Location": self.path.replace(name, now, 1)}, b""
        if self._token not in (None, *TOKENS):
            return refused(401, message="Invalid credentials in Authorization header")
        repository = self.hub.repositories.get(name)
        if repository is None or not self._may_read(repository):
            return refused(404 if self._user else 401, "RepoNotFound", "Repository not found")
        commit = repository.resolve(revision)
        if commit is None:
            return refused(404, "RevisionNotFound")
        there = {"X-Repo-Commit": commit}
        if file not in repository.commits[commit]:
            return 404, {"X-Error-Code": "EntryNotFound", **there}, b""
        data = repository.commits[commit][file]
        there["ETag"] = f'"{etag(file, data)}"'
        if not is_large(file):
            status, headers, data = self._contents(data)
            return status, {**headers, **there}, data
        self.hub.large[sha256(data)] = data
        there |= {"X-Linked-Etag": there["ETag"], "X-Linked-Size": str(len(data))}
        return 302, {**there, "Location": f"{self.hub.elsewhere}/cdn/{sha256(data)}?signed=1"}, b""

    def _contents(self, data: bytes) -> Answer:
        """The whole, or from where ``Range`` says on; or a fault."""
        if answer := self._fault(data):
            return answer
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not found:
            return 200, {"Accept-Ranges": "bytes"}, data
        start = int(found[1])
        span = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return 206, {"Content-Range": span}, data[start:]

    def _fault(self, data: bytes) -> Answer | None:
        for part, fault in self.hub.faults.items():
            if part in self.path and (answer := fault(self, data)):
                return answer
        return None

    @property
    def _token(self) -> str | None:
        said = self.headers.get("Authorization", "")
        return said.removeprefix("Bearer ") or None

    @property
    def _user(self) -> str | None:
        return TOKENS.get(self._token or "")

    def _may_read(self, repository: Repository) -> bool:
        return not repository.private or repository.name.partition("/")[0] == self._user

    def _chunks(self) -> bytes:
        """A body without a length, in pieces."""
        parts = []
        while self.headers.get("Transfer-Encoding") == "chunked":
            size = int(self.rfile.readline(), 16)
            parts.append(self.rfile.read(size))
            self.rfile.readline()
            if not size:
                break
        return b"".join(parts)

    def _answer(self, answer: Answer) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.hub.asked.append((self.command, self.path, headers))
        status, headers, data = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
            said = int(headers.get("Content-Length", len(data)))
            self.close_connection = self.close_connection or said > len(data)

    def log_message(self, *_: Any) -> None:
        pass
