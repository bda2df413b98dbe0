"""Pictures whose C2PA manifest lies on a server: told of, and fetched where that is asked."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from forging import forged_store
from webserver import NAME, WebServer

import zoo
from zoo_provenance.examination import examine
from zoo_provenance.examiners import C2paExaminer, ReplayExaminer
from zoo_provenance.record import RECORD_LABEL, Record
from zoo_provenance.remote.addresses import is_public
from zoo_provenance.remote.fetching import Fetcher
from zoo_provenance.source import IPTC
from zoo_provenance.trust import Trust

AI = {"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}
CAPTURE = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}
PATH = "/of/pear.c2pa?size=1&kind=2"
MIMES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff",
         "avif": "image/avif", "gif": "image/gif"}  # fmt: skip


@pytest.fixture
def server(tmp_path: Path, names) -> Iterator[WebServer]:
    with WebServer(tmp_path) as server:
        yield server


@pytest.fixture
def ask(tmp_path: Path, server: WebServer) -> Callable:
    """``ask(data, trust)``: the answer on a picture, with what the server has."""

    def ask(data: bytes, trust: Trust, *, online: bool = True, **more):
        path = tmp_path / "file"
        path.write_bytes(data)
        ports = frozenset({443, server.port})
        fetch = Fetcher(
            ports=ports, may_reach=lambda a: a.is_loopback or is_public(a), context=server.context
        )
        more = {"thorough": False, **more}
        return examine(path, trust=trust, fetch=fetch if online else None, **more)

    return ask


def c2pa_of(answer):
    return next(e for e in answer.evidence if e.examiner == "c2pa")


def test_nothing_is_fetched_unless_asked(ask, server, agency, png, names) -> None:
    counted = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            counted.append(self.path)

    plain = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=plain.serve_forever, args=(0.01,), daemon=True).start()
    offer, no_https, no_port = "--online does that", "only https", "only the port of https"
    for url, told in (
        (f"http://127.0.0.1:{plain.server_port}/m", no_https),
        (server.url(PATH, "127.0.0.1"), no_port),
        (f"https://{NAME}/m", offer),
    ):
        data = agency.sign(png, AI, remote=url)
        answer = ask(data, agency.trust, online=False)
        found = c2pa_of(answer)
        assert (answer.verdict.verdict, found.finding) == ("no-evidence", "not-examined")
        assert url in found.summary
        assert "not fetched" in found.summary
        assert told in found.summary
        assert found.details["remote"] == {"url": url, "state": "not-fetched"}
    plain.shutdown()
    plain.server_close()
    assert (counted, server.connections, names.asked) == ([], 0, [])


@pytest.mark.parametrize("name", MIMES)
def test_what_is_fetched_counts_as_if_it_were_in_the_file(
    ask, server, agency, stranger, make_image, name
) -> None:
    out = io.BytesIO()
    make_image().save(out, name)
    url = server.url(PATH)
    data, manifest = agency.sign_both(out.getvalue(), AI, mime=MIMES[name], remote=url)
    server.answers[PATH] = manifest
    answer = ask(data, agency.trust)
    found = c2pa_of(answer)
    assert (answer.verdict.verdict, answer.verdict.integrity) == ("declared-ai", "intact")
    assert "News Agency" in found.summary
    assert f"fetched from {url}" in found.summary
    remote = dict(found.details["remote"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", remote.pop("time"))
    assert remote == {
        "url": url,
        "state": "fetched",
        "redirected_to": None,
        "bytes": len(manifest),
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
    }
    assert [asked["path"] for asked in server.asked] == [PATH]
    for trust in (Trust(), stranger.trust):
        assert ask(data, trust).verdict.verdict == "claimed-ai"


def test_where_it_was_redirected_to_is_told(ask, server, agency, png) -> None:
    data, manifest = agency.sign_both(png, AI, remote=server.url("/old"))
    server.answers |= {"/old": (301, {"Location": "/new"}, b""), "/new": manifest}
    found = c2pa_of(ask(data, agency.trust))
    assert found.trusted
    assert found.details["remote"]["redirected_to"] == server.url("/new")
    assert f"(which redirects to {server.url('/new')})" in found.summary


def test_the_manifest_of_another_picture_does_not_fit(ask, server, agency, png, make_image) -> None:
    url = server.url(PATH)
    out = io.BytesIO()
    make_image(1).save(out, "PNG")
    mine = agency.sign(png, AI, remote=url)
    _, server.answers[PATH] = agency.sign_both(out.getvalue(), CAPTURE, remote=url)
    answer = ask(mine, agency.trust)
    assert answer.verdict.verdict == "altered"
    assert "may have given that of another picture" in c2pa_of(answer).summary


def test_a_picture_that_was_changed_is_altered(ask, server, agency, png) -> None:
    data, server.answers[PATH] = agency.sign_both(png, CAPTURE, remote=server.url(PATH))
    assert ask(data, agency.trust).verdict.verdict == "declared-capture"
    at = data.index(b"IEND") - 4
    note = b"\0\0\0\4tEXta\0bc" + (0xE2D6DE61).to_bytes(4, "big")
    assert ask(data[:at] + note + data[at:], agency.trust).verdict.verdict == "altered"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"no manifest at all" * 99, "no manifest that can be read"),
        (b"\0\0\0\x08jumb" * 1000, "no manifest that can be read"),
        (b"", "is empty"),
        ((500, {}, b""), "answers 500 "),
        ((302, {"Location": "https://10.1.2.3/m"}, b""), "not public"),
        (lambda handler: None, "failed"),
    ],
)
def test_what_cannot_be_fetched_changes_nothing(ask, server, agency, png, answer, why) -> None:
    server.answers[PATH] = answer
    data = agency.sign(png, CAPTURE, remote=server.url(PATH))
    found = ask(data, agency.trust)
    c2pa = c2pa_of(found)
    assert (c2pa.finding, c2pa.state, c2pa.trusted) == ("not-examined", "none", False)
    assert "could not be fetched: " in c2pa.summary
    assert why in c2pa.summary
    assert (c2pa.details["remote"]["state"], found.verdict.verdict) == ("failed", "no-evidence")
    assert found.verdict == ask(data, agency.trust, online=False).verdict


def test_half_a_manifest_is_none(ask, server, agency, png) -> None:
    data, manifest = agency.sign_both(png, AI, remote=server.url(PATH))
    for size in (200, len(manifest) // 2, len(manifest) - 1):
        server.answers[PATH] = manifest[:size]
        assert "no manifest that can be read" in c2pa_of(ask(data, agency.trust)).summary
    server.answers[PATH] = data  # a picture is none, either
    assert "no manifest that can be read" in c2pa_of(ask(data, agency.trust)).summary


def test_a_manifest_in_the_file_comes_first(ask, server, agency, png) -> None:
    data = agency.sign(png, AI, remote=server.url(PATH), embed=True)
    assert ask(data, agency.trust).verdict.verdict == "declared-ai"
    at = data.index(b"jumdc2pa")
    damaged = data[:at] + b"x" + data[at + 1 :]
    assert "damaged" in c2pa_of(ask(damaged, agency.trust)).summary
    assert server.connections == 0


def test_a_hash_that_leaves_out_the_picture_does_not_fit(ask, server, agency, png) -> None:
    data, manifest = agency.sign_both(png, CAPTURE, remote=server.url(PATH))
    start, end = data.index(b"IDAT") + 4, data.index(b"IEND") - 8

    def leave_out(table) -> None:
        table["hash"] = hashlib.sha256(data[:start] + data[end:]).digest()
        ranges = [{"start": 0, "length": 0}, {"start": start, "length": end - start}]
        table["exclusions"] = ranges

    server.answers[PATH] = forged_store(manifest, agency.sign_bytes, "c2pa.hash.data", leave_out)
    answer = ask(data, agency.trust)
    assert (answer.verdict.verdict, c2pa_of(answer).trusted) == ("altered", False)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://user:secret@manifests.test/m", "user's name"),
        ("https://manifests.test/" + "a" * 3000, "more than 2,048 characters"),
        ("https://manifests.test/\x1b[31m\u202e", ""),
        ('https://manifests.test/"><script>&lt;', ""),
    ],
)
def test_the_url_is_a_strangers(ask, server, agency, png, url, why) -> None:
    data = agency.sign(png, AI, remote=url)
    for online in (False, True):
        found = c2pa_of(ask(data, agency.trust, online=online))
        assert found.finding == "not-examined"
        assert found.summary.isprintable()
        assert len(found.summary) < 500
        assert len(found.details["remote"]["url"]) <= 2048
        assert why in found.summary
    assert server.connections == 0


def test_the_record_in_it_can_be_made_again(ask, server, stranger, png, make_image) -> None:
    record = Record.external("dots", "1", prompt="a pear")
    said = {"label": RECORD_LABEL, "data": {"json": record.to_json()}}
    url = server.url(PATH)
    data, server.answers[PATH] = stranger.sign_both(png, AI, remote=url, assertions=[said])
    again = ReplayExaminer(lambda asked: np.asarray(make_image()) if asked == record else None)
    answer = ask(data, Trust(), examiners=(C2paExaminer(), again))
    assert answer.verdict.verdict == "proven-ai"
    assert len(server.asked) == 1


def test_the_page_for_people_tells_it(ask, server, agency, png, tmp_path) -> None:
    data, server.answers[PATH] = agency.sign_both(png, AI, remote=server.url(PATH))
    zoo.write_report([ask(data, agency.trust)], tmp_path / "out.html", trust=agency.trust)
    page = (tmp_path / "out.html").read_text("utf-8")
    assert f"fetched from https://{NAME}:{server.port}/of/pear.c2pa?size=1&amp;kind=2" in page
    assert "Manifest on a server" in page
    assert "SHA-256 of the manifest" in page
