"""Fetching what a stranger's URL leads to: little, soon, and from the server that it names."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from webserver import NAME, WebServer, refused

from zoo_provenance.remote.addresses import is_public
from zoo_provenance.remote.fetching import Fetcher

LOOPBACK = ip_address("127.0.0.1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebServer]:
    with WebServer(tmp_path) as server:
        server.answers["/m"] = b"manifest"
        yield server


@pytest.fixture
def fetcher(server: WebServer, names) -> Callable[..., Fetcher]:
    """One that may reach this server, beside what all may."""

    def make(**more) -> Fetcher:
        given = {
            "ports": frozenset({443, server.port}),
            "may_reach": lambda a: a == LOOPBACK or is_public(a),
            "context": server.context,
        }
        return Fetcher(**{**given, **more})

    return make


def test_what_is_there_is_fetched(server, fetcher, names, monkeypatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    found = fetcher()(server.url("/m"))
    assert (found.data, found.source) == (b"manifest", server.url("/m"))
    [asked] = server.asked
    assert (asked["Host"], asked["sni"]) == (f"{NAME}:{server.port}", NAME)
    assert asked["User-Agent"] == "zoo"
    assert "Cookie" not in asked
    assert names.asked == [NAME]


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("https://10.0.0.7/x", "not public"),
        ("https://[::ffff:169.254.169.254]/latest/meta-data", "not public"),
        ("https://inside.test/x", "not public"),
        ("http://manifests.test/m", "only https"),
        ("file:///etc/passwd", "only https"),
        ("https://me@manifests.test/m", "user's name"),
        ("https://manifests.test:8443/m", "only the port"),
        ("https://[", "failed"),
        ("/again", "redirects more than 3 times"),
        ("https://manifests.test/\xe9", "characters"),
    ],
)
def test_redirections_are_checked_the_same_way(where, why, server, fetcher, names) -> None:
    names["inside.test"] = ["192.168.0.10"]
    server.answers["/again"] = (302, {"Location": where}, b"")
    assert why in refused(fetcher(), server.url("/again"))
    assert server.connections <= 4


def test_three_redirections_are_followed_and_no_more(server, fetcher) -> None:
    for number, status in enumerate((301, 302, 303, 307), start=1):
        server.answers[f"/{number}"] = (status, {"Location": f"{number - 1}"}, b"")
    server.answers["/0"] = b"here"
    found = fetcher()(server.url("/3"))
    assert (found.data, found.url, found.source) == (b"here", server.url("/3"), server.url("/0"))
    assert "more than 3 times" in refused(fetcher(), server.url("/4"))


def chunked(handler, chunks) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for chunk in chunks:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
    handler.wfile.write(b"0\r\n\r\n")


def endless(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(1000))


@pytest.mark.parametrize(
    "answer",
    [
        bytes(1001),
        (200, {"Content-Length": str(10**12)}, bytes(2000)),
        lambda handler: chunked(handler, [bytes(500)] * 3),
        lambda handler: chunked(handler, [b"x"] * 1001),
        endless,
    ],
    ids=["honest", "lying", "chunked", "crumbs", "endless"],
)
def test_a_body_over_the_cap_is_refused(answer, server, fetcher) -> None:
    server.answers["/big"] = answer
    server.answers["/fits"] = bytes(1000)
    assert len(fetcher(most=1000)(server.url("/fits")).data) == 1000
    assert "more than 1,000 bytes" in refused(fetcher(most=1000), server.url("/big"))


def test_no_more_is_read_than_was_announced(server, fetcher) -> None:
    server.answers["/short"] = (200, {"Content-Length": "100"}, bytes(5000))
    assert len(fetcher(most=1000)(server.url("/short")).data) == 100


def cut_off(handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"ff\r\nabc")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((200, {"Content-Length": "500"}, bytes(100)), "before it is complete"),
        (cut_off, "before it is complete"),
        (b"", "empty"),
        ((404, {}, b"manifest"), "answers 404"),
        ((206, {}, b"manifest"), "answers 206"),
        ((302, {}, b""), "answers 302"),
        (lambda handler: handler.wfile.write(b"\x1b[31m\r\n" * 9), "the connection failed"),
        (lambda handler: None, "the connection failed"),
    ],
)
def test_broken_answers(answer, why, server, fetcher) -> None:
    server.answers["/m"] = answer
    assert why in refused(fetcher(), server.url("/m"))


def dripping(start: bytes) -> Callable:
    def answer(handler) -> None:
        handler.wfile.write(start)
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.02)

    return answer


SLOW = {
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
    "status": b"HTTP/1.1 200 ",
    "header": b"HTTP/1.1 200 OK\r\nX: ",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
}


@pytest.mark.parametrize("start", SLOW.values(), ids=SLOW)
def test_the_time_is_that_of_the_whole(start, server, fetcher) -> None:
    server.answers["/slow"] = dripping(start)
    server.answers["/m"] = (302, {"Location": "/slow"}, b"")
    begun = time.monotonic()
    assert "more than 0.4 seconds" in refused(fetcher(seconds=0.4), server.url("/m"))
    assert time.monotonic() - begun < 2


def test_a_server_that_says_nothing(fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        fetch = fetcher(seconds=0.3, ports=frozenset({port}))
        assert "more than 0.3 seconds" in refused(fetch, f"https://{NAME}:{port}/")


def test_a_name_that_takes_too_long(names, fetcher, server) -> None:
    def wait() -> list[str]:
        time.sleep(1.5)
        return ["127.0.0.1"]

    names[NAME] = wait
    begun = time.monotonic()
    assert "more than 0.3 seconds" in refused(fetcher(seconds=0.3), server.url("/m"))
    assert time.monotonic() - begun < 1.2
    assert server.connections == 0


def test_the_next_address_is_tried(server, fetcher, names) -> None:
    names[NAME] = ["::1", "127.0.0.1"]
    fetch = fetcher(may_reach=lambda address: address.is_loopback)
    assert fetch(server.url("/m")).data == b"manifest"


def test_certificates_that_are_refused(server, fetcher, names, tmp_path) -> None:
    why = refused(fetcher(context=ssl.create_default_context), server.url("/m"))
    assert "certificate is refused" in why  # nobody knows the test's authority
    names["other.test"] = ["127.0.0.1"]
    assert "certificate is refused" in refused(fetcher(), server.url("/m", "other.test"))
    future = dt.datetime.now(dt.UTC) + dt.timedelta(days=9)
    with WebServer(tmp_path, starts=future) as early:
        fetch = fetcher(context=early.context, ports=frozenset({early.port}))
        assert "certificate is refused" in refused(fetch, early.url("/m"))
    assert server.asked == []
