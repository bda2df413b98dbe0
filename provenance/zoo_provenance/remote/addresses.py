"""Which addresses a stranger's URL may lead to: those of the public internet, and no others."""

from __future__ import annotations

import socket
import threading
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue

from ..errors import FetchError

Address = IPv4Address | IPv6Address

_UNICAST = ip_network("2000::/3")
# What ``is_global`` lets through, some of it in older versions of Python alone.
_SPECIAL = tuple(
    map(
        ip_network,
        (
            "168.63.129.16/32",  # Azure: the host of a virtual machine
            "192.0.0.0/24",  # protocols, RFC 6890; a cloud's metadata service
            "192.88.99.0/24",  # relays of 6to4, RFC 7526
            "2001::/23",  # protocols, RFC 2928; with Teredo, which holds an IPv4 address
            "2002::/16",  # 6to4, RFC 3056, which holds one, too
            "3fff::/20",  # documentation, RFC 9637
        ),
    )
)


def is_public(address: Address) -> bool:
    """Whether this is one machine's address on the public internet.

    By IANA's registries of special-purpose addresses (RFC 6890); of IPv6, 2000::/3 alone (RFC 4291,
    2.4), so that IPv4 addresses in disguise are out: mapped ones and those of NAT64, too.
    """
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int, seconds: float) -> tuple[Address, ...]:
    """All addresses of a host, in the system's order. Raises FetchError."""
    answers: SimpleQueue[tuple[Address, ...] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(_addresses(host, port))
        except (OSError, ValueError) as error:
            answers.put(error)

    # The system's resolver knows no time limit; a thread of its own may be left behind.
    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise FetchError("the server's name leads to no address") from found
    return found


def _addresses(host: str, port: int) -> tuple[Address, ...]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
