"""What the server of a study answers, and to whom."""

from __future__ import annotations

import http.client
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from ratings import begin
from studies import Serving, write_study

from zoo.rating.recording import Recorder
from zoo.rating.server.guard import is_own
from zoo.rating.server.state import state
from zoo.rating.store import open_answers


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    write_study(tmp_path / "study.sqlite", "real-or-generated", raters=2)
    one = Serving(tmp_path / "study.sqlite")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One for all that must leave no answer behind."""
    file = tmp_path_factory.mktemp("study") / "study.sqlite"
    write_study(file, "real-or-generated", raters=2)
    one = Serving(file)
    yield one
    one.stop()


def ask(
    url: str, method: str = "GET", body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=20)
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None:
        headers.setdefault("Content-Type", "application/json")
    path = address.path + (f"?{address.query}" if address.query else "")
    connection.request(method, path, data, headers)
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


def answer(link: str, **changed: Any) -> dict[str, Any]:
    trial = json.loads(ask(link + "state")[2])["trial"]
    given = {"trial": trial["id"], "attempt": 0, "choice": "real", "milliseconds": 700,
             "shown": None, "looks": 1}  # fmt: skip
    return given | changed


def test_every_response_has_a_strict_policy_and_is_kept_by_nobody(refusing: Serving) -> None:
    link = refusing.links[0]
    script = refusing.page + "static/rate.js"
    for url in (link, link + "state", refusing.page, link + "nothing", script):
        _, headers, _ = ask(url)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_the_pages_load_nothing_from_elsewhere(refusing: Serving) -> None:
    for url in (refusing.page, refusing.links[0]):
        text = ask(url)[2].decode()
        assert "://" not in text
        assert "<style" not in text
        assert not re.search(r"\son\w+=|<script>|javascript:", text)
    assert b"://" not in ask(refusing.page + "static/rate.js")[2]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "",
                                  "[", "192.0.2.1", "localhost.evil.example"])  # fmt: skip
def test_other_names_are_refused(refusing: Serving, host: str) -> None:
    """A name of a stranger's that was pointed at this machine (DNS rebinding)."""
    status, _, _ = ask(refusing.links[0] + "state", Host=host)
    assert status in (400, 403)  # 400 where the server itself finds it malformed
    body = answer(refusing.links[0])
    assert ask(refusing.links[0] + "answer", "POST", body, Host=host)[0] in (400, 403)
    assert open_answers(refusing.file).answers() == []


def test_which_names_are_the_servers_own() -> None:
    assert is_own("127.0.0.1:8474", "127.0.0.1")
    assert is_own("localhost:1", "127.0.0.1")
    assert is_own("[::1]:8474", "::1")
    assert is_own("192.0.2.7:80", "0.0.0.0")
    assert is_own("Lab-PC:80", "lab-pc")
    assert not is_own("lab-pc.example", "0.0.0.0")
    assert not is_own("[::1", "::1")


def test_other_pages_cannot_send(serving: Serving) -> None:
    """Neither with their origin, nor as a form can."""
    link = serving.links[0]
    body = answer(link)
    assert ask(link + "answer", "POST", body, Origin="http://evil.example")[0] == 403
    assert ask(link + "answer", "POST", body, Origin="null")[0] == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert ask(link + "answer", "POST", body, **{"Content-Type": kind})[0] == 415
    assert ask(link + "answer")[0] == 405
    assert open_answers(serving.file).answers() == []
    own = "http://" + urlsplit(link).netloc
    assert ask(link + "answer", "POST", body, Origin=own)[0] == 200


def test_who_lacks_the_token_or_a_code_sees_nothing(refusing: Serving) -> None:
    root, other = refusing.page.rsplit("/", 2)[0], refusing.links[1].split("/")[-2]
    for path in ("/", "/x/", f"/x/{other}/", f"/x/{other}/state", "/x/static/rate.js"):
        assert ask(root + path)[0] == 404
    assert ask(refusing.page + "00000000/state")[0] == 404
    assert ask(refusing.page + "?code=00000000")[0] == 404
    status, headers, _ = ask(refusing.page + f"?code=%20{other.upper()}%20")
    assert (status, headers["location"]) == (303, f"{other}/")
    assert ask(refusing.page + "static/..%2fpage.html")[0] == 404
    page = ask(refusing.page + "00000000/", Accept="text/html")
    assert page[0] == 404
    assert b"answers that were stored are not lost" in page[2]


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[]", b"[" * 3000, b'"\xff"', {}, {"trial": 1}, {"choice": "\ud800"},
     {"choice": ["real"]}, {"trial": True}, {"trial": 2**70}, {"attempt": -1}, {"attempt": 2**40},
     {"milliseconds": 1.5}, {"milliseconds": -1}, {"shown": "x"}, {"shown": -5}, {"looks": 2**31},
     {"more": 1}, {"\ud800": 1}],
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_a_sentence(refusing: Serving, body: Any) -> None:
    link = refusing.links[0]
    if isinstance(body, dict) and body and body != {"trial": 1}:
        body = answer(link, **body)
    status, _, text = ask(link + "answer", "POST", body)
    assert status == 400
    assert json.loads(text)["error"]
    assert ask(link + "undo", "POST", body)[0] == 400
    assert open_answers(refusing.file).answers() == []


def test_large_bodies_are_cut_off(refusing: Serving) -> None:
    link = refusing.links[0]
    body = answer(link, choice="real" + " " * 5000)
    assert ask(link + "answer", "POST", body)[0] == 413
    assert open_answers(refusing.file).answers() == []


def test_an_answer_of_another_rater_is_refused(refusing: Serving) -> None:
    one, other = refusing.links
    assert ask(one + "answer", "POST", answer(other))[0] == 400
    assert open_answers(refusing.file).answers() == []


def test_the_state_goes_on_with_each_answer_and_back(serving: Serving) -> None:
    link = serving.links[0]
    first = json.loads(ask(link + "state")[2])
    assert (first["answered"], first["total"], first["last"]) == (0, 5, None)
    body = answer(link)
    second = json.loads(ask(link + "answer", "POST", body)[2])
    assert second["answered"] == 1
    assert second["trial"]["pictures"] == first["ahead"]
    assert json.loads(ask(link + "answer", "POST", body)[2]) == second
    back = json.loads(ask(link + "undo", "POST", second["last"])[2])
    assert (back["answered"], back["trial"]["attempt"]) == (0, 1)
    assert back["trial"]["id"] == first["trial"]["id"]


@pytest.mark.parametrize(("catches", "words"), [(0, None), (1, "One is"), (3, "A few are")])
def test_only_a_study_with_catch_trials_says_that_some_are_easy(
    tmp_path: Path, catches: int, words: str | None
) -> None:
    file = begin(
        tmp_path / "s.sqlite", "which-is-better", {"a": True, "b": True}, each=4, raters=1,
        catches=catches,
    ).file  # fmt: skip
    with Recorder(file) as recorder:
        intro = state(recorder, 1)["trial"]["intro"]
    easy = [line for line in intro if "easy on purpose" in line]
    assert [line.split(" easy")[0] for line in easy] == ([words] if words else [])


def test_a_picture_is_served_as_it_is_in_the_study(refusing: Serving) -> None:
    link = refusing.links[0]
    token = json.loads(ask(link + "state")[2])["trial"]["pictures"][0]
    status, headers, png = ask(link + f"picture/{token}")
    assert (status, headers["content-type"]) == (200, "image/png")
    study = open_answers(refusing.file)
    stored = study.picture(study.trials(1)[0].items[0].sha256)
    one, other = (np.asarray(Image.open(io.BytesIO(data))) for data in (png, stored))
    assert np.array_equal(one, other)
    assert ask(link + "picture/nothing")[0] == 404
