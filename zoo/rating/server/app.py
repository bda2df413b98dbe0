"""The routes of a study: ``/STUDY/CODE/`` is a rater's page, and all that it asks lies below."""

from __future__ import annotations

import io
import json
import secrets
from functools import cache
from importlib.resources import files
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ...errors import StudyError, UsageError
from ..recording import Recorder
from ..study import Answer, Rater
from .guard import Guard
from .state import state

MOST_BODY = 4096
_FILES = {
    "rate.js": "text/javascript",
    "sending.js": "text/javascript",
    "stage.js": "text/javascript",
    "page.css": "text/css",
    "icon.svg": "image/svg+xml",
}


def make_app(recorder: Recorder, host: str) -> Starlette:
    """The application for one study, listening on ``host``."""
    rating = Rating(recorder)
    return Starlette(
        routes=[
            Route("/{study}/static/{name}", rating.static),
            Route("/{study}/", rating.enter),
            Route("/{study}/{code}/", rating.page),
            Route("/{study}/{code}/state", rating.state),
            Route("/{study}/{code}/answer", rating.answer, methods=["POST"]),
            Route("/{study}/{code}/undo", rating.undo, methods=["POST"]),
            Route("/{study}/{code}/picture/{token}", rating.picture),
        ],
        middleware=[Middleware(Guard, host=host)],
        exception_handlers={HTTPException: _refused, UsageError: _wrong, StudyError: _failed},
    )


class Rating:
    """The handlers. Those that are not ``async`` run on threads."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def static(self, request: Request) -> Response:
        self._check_study(request)
        name = request.path_params["name"]
        if name not in _FILES:
            raise HTTPException(404)
        return Response(_file(name), media_type=_FILES[name])

    def enter(self, request: Request) -> Response:
        """The page that asks for a code, or the way from a code to its page."""
        self._check_study(request)
        code = request.query_params.get("code", "").strip().casefold()
        if self.recorder.rater(code) is not None:
            return RedirectResponse(f"{code}/", 303)
        return Response(_file("enter.html"), 404 if code else 200, media_type="text/html")

    def page(self, request: Request) -> Response:
        self._rater(request)
        return Response(_file("page.html"), media_type="text/html")

    def state(self, request: Request) -> Response:
        return self._state(self._rater(request))

    async def answer(self, request: Request) -> Response:
        """Store an answer; the response comes when it is on the disk."""
        rater, body = self._rater(request), await _body(request)
        wanted = {"trial": int, "attempt": int, "choice": str, "milliseconds": int, "looks": int}
        shown = body.pop("shown", None)
        if shown is not None and type(shown) is not int:
            raise UsageError(f"shown is {shown!r}; expected an integer or null")
        given = Answer(**_typed(body, wanted), shown=shown)
        return await run_in_threadpool(self._record, rater, given)

    async def undo(self, request: Request) -> Response:
        rater, body = self._rater(request), await _body(request)
        back = _typed(body, {"trial": int, "attempt": int})
        return await run_in_threadpool(self._withdraw, rater, back["trial"], back["attempt"])

    def picture(self, request: Request) -> Response:
        self._rater(request)
        png = self.recorder.picture(request.path_params["token"])
        if png is None:
            raise HTTPException(404)
        return Response(_plain(png), media_type="image/png")

    def _record(self, rater: Rater, answer: Answer) -> Response:
        self.recorder.record(rater.number, answer)
        return self._state(rater)

    def _withdraw(self, rater: Rater, trial: int, attempt: int) -> Response:
        self.recorder.withdraw(rater.number, trial, attempt)
        return self._state(rater)

    def _state(self, rater: Rater) -> Response:
        return JSONResponse(state(self.recorder, rater.number))

    def _check_study(self, request: Request) -> None:
        given = request.path_params["study"].encode("utf-8", "replace")
        if not secrets.compare_digest(given, self.recorder.token.encode()):
            raise HTTPException(404)

    def _rater(self, request: Request) -> Rater:
        self._check_study(request)
        rater = self.recorder.rater(request.path_params["code"])
        if rater is None:
            raise HTTPException(404)
        return rater


def _plain(png: bytes) -> bytes:
    """The pixels and nothing else, without compression: pictures of one side are then files of one
    length, and that gives nothing away."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.save(out, "PNG", compress_level=0)
    return out.getvalue()


@cache
def _file(name: str) -> bytes:
    return (files(__package__) / "page" / name).read_bytes()


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a POST, within the cap. Its media type keeps forms of other pages out."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415)
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST_BODY:
            raise HTTPException(413)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise UsageError("expected a JSON object")
    return body


def _typed(body: dict[str, Any], wanted: dict[str, type]) -> dict[str, Any]:
    if body.keys() != wanted.keys():
        raise UsageError(f"expected {', '.join(wanted)}; got {list(body)!r}"[:500])
    for name, kind in wanted.items():
        if type(body[name]) is not kind:
            raise UsageError(f"{name} is {body[name]!r}; expected {kind.__name__}"[:500])
        if kind is int and not 0 <= body[name] < 2**31:
            raise UsageError(f"{name} is out of range")
    return body


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
        return Response(_file("unknown.html"), 404, media_type="text/html")
    return JSONResponse({"error": error.detail}, error.status_code)


def _wrong(request: Request, error: Exception) -> Response:
    del request
    return JSONResponse({"error": str(error)}, 400)


def _failed(request: Request, error: Exception) -> Response:
    """The disk is full, say: the page keeps the answer and sends it again."""
    del request
    return JSONResponse({"error": str(error)}, 503)
