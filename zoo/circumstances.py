"""When the pictures were examined, with what, and whom it trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from zoo_provenance.trust import Anchor, Trust

_NAMES = {
    "own": "This installation's own certificate",
    "added": "Added by hand",
    "official": "C2PA trust list",
    "interim": "Interim trust list of before 2026",
}


@dataclass(frozen=True)
class TrustSource:
    """Certificates that are trusted for one reason. ``installed``: when a list of others was
    fetched, and ``newest``: when the youngest certificate on it was issued, RFC 3339 in UTC; None
    for what is no list.
    """

    who: str
    """``own``, ``added``, ``official`` or ``interim``."""
    name: str
    installed: str | None
    newest: str | None
    signers: tuple[Anchor, ...]
    timestampers: tuple[Anchor, ...]


@dataclass(frozen=True)
class Circumstances:
    """``time`` is RFC 3339 in UTC; ``c2pa`` the version of the library that read the manifests."""

    time: str
    zoo: str
    c2pa: str
    sources: tuple[TrustSource, ...]
    official: bool
    """Whether the C2PA trust list was among the sources."""

    def table(self) -> dict[str, Any]:
        """As JSON."""
        trusted = [
            {
                "who": source.who,
                "installed": source.installed,
                "newest": source.newest,
                "signers": len(source.signers),
                "timestampers": len(source.timestampers),
            }
            for source in self.sources
        ]
        return {"time": self.time, "zoo": self.zoo, "c2pa": self.c2pa, "trusted": trusted}


def circumstances(trust: Trust) -> Circumstances:
    """Those of now."""
    return Circumstances(
        time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        zoo=version("zoo-generators"),
        c2pa=version("c2pa-python"),
        sources=tuple(_sources(trust)),
        official=any(a.origin == "official" for a in trust.signers),
    )


def _sources(trust: Trust) -> list[TrustSource]:
    lists = {one.name: one for one in trust.lists}
    signers = (*trust.signers, *trust.leaves)
    found = []
    for origin, name in _NAMES.items():
        own = tuple(a for a in signers if a.origin == origin)
        stamping = tuple(a for a in trust.timestampers if a.origin == origin)
        if own or stamping:
            one = lists.get(origin)
            installed, newest = (None, None) if one is None else (one.installed, one.newest)
            found.append(TrustSource(origin, name, installed, newest, own, stamping))
    return found
