"""Where a stranger's URL may lead: to the public internet, and to no machine of this network."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from webserver import NAME, refused

from zoo_provenance.remote.addresses import is_public
from zoo_provenance.remote.fetching import Fetcher


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """The addresses to which a connection was tried; none is made."""
    found: list[tuple] = []

    def connect(_: socket.socket, address: tuple) -> None:
        found.append(address[:2])
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return found


PRIVATE = """
    127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 0.0.0.0
    100.64.0.1 100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 224.0.0.1 239.1.1.1 240.0.0.1
    255.255.255.255 168.63.129.16 192.88.99.1
    ::1 :: fd00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8
    ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 2002:7f00:1:: 2001::1 2001:db8::1
    3fff::1 5f00::1 100::1
""".split()  # noqa: SIM905


@pytest.mark.parametrize("address", PRIVATE)
def test_no_connection_goes_to_an_address_that_is_not_public(address, names, dialled) -> None:
    host = f"[{address}]" if ":" in address else address
    assert "not public" in refused(Fetcher(), f"https://{host}/m")
    names[NAME] = ["8.8.8.8", address]  # one that is public does not excuse the other
    assert "not public" in refused(Fetcher(), f"https://{NAME}/m")
    assert dialled == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.1", "2130706433", "0x7f.0.0.1"])
def test_other_spellings_of_this_machine(host, dialled) -> None:
    assert "not public" in refused(Fetcher(), f"https://{host}/m")
    assert dialled == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_reached(address, names, dialled) -> None:
    assert is_public(ip_address(address))
    names[NAME] = [address]
    assert "the connection failed" in refused(Fetcher(), f"https://{NAME}/m")
    assert dialled == [(address, 443)]


def test_the_address_that_was_checked_is_the_one_that_is_asked(names, dialled) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])  # as a server that rebinds its name would
    names[NAME] = lambda: next(answers)
    refused(Fetcher(), f"https://{NAME}/m")
    assert (dialled, names.asked) == ([("8.8.8.8", 443)], [NAME])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://manifests.test/m", "only https"),
        ("file:///etc/passwd", "only https"),
        ("ftp://manifests.test/m", "only https"),
        ("data:application/c2pa;base64,AAAA", "only https"),
        ("//manifests.test/m", "only https"),
        ("https://me:secret@manifests.test/m", "user's name"),
        ("https://@manifests.test/m", "user's name"),
        ("https://manifests.test\\@127.0.0.1/m", "user's name"),
        ("https://manifests.test:22/m", "only the port"),
        ("https://manifests.test:0/m", "only the port"),
        ("https://manifests.test:65536/m", "malformed"),
        ("https://[::1/m", "malformed"),
        ("https:///m", "no server"),
        ("https://manifests.test/a b", "characters"),
        ("https://manifests.test/\r\nHost: other", "characters"),
        ("https://manifests.test/\u202egnp", "characters"),
        ("https://manifests.test/" + "a" * 2048, "more than 2,048 characters"),
        ("https://" + "a" * 64 + ".test/", "no address"),
    ],
)
def test_addresses_that_are_not_fetched(url, why, dialled) -> None:
    assert why in refused(Fetcher(), url)
    assert dialled == []
