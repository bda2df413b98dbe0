"""The lists that others keep: fetched on request, stored whole with their date, never mixed.

``trust/lists/<name>.json`` holds one list: ``schema``, ``installed`` (RFC 3339 in UTC) and, for
each file of it, where it came from, its sha256 and its certificates in PEM.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ..atomic import write_atomically
from ..errors import TrustError
from ..home import make_home, zoo_home
from .anchors import (
    Anchor,
    InstalledList,
    anchor_of,
    is_authority,
    only_stamps,
    parse,
    read_file,
)
from .fetching import fetch

Role = Literal["signers", "timestampers", "leaves"]
ListName = Literal["official", "interim"]

MAX_STORED = 32 * 1024**2


@dataclass(frozen=True)
class Source:
    """One file of a list: where it is kept, and what its certificates are believed for."""

    file: str
    url: str
    role: Role


_OFFICIAL = "https://raw.githubusercontent.com/c2pa-org/conformance-public/main/trust-list/"
_INTERIM = "https://contentcredentials.org/trust/"
LISTS: dict[ListName, tuple[Source, ...]] = {
    "official": (
        Source("C2PA-TRUST-LIST.pem", _OFFICIAL + "C2PA-TRUST-LIST.pem", "signers"),
        Source("C2PA-TSA-TRUST-LIST.pem", _OFFICIAL + "C2PA-TSA-TRUST-LIST.pem", "timestampers"),
    ),
    "interim": (
        Source("anchors.pem", _INTERIM + "anchors.pem", "signers"),
        Source("allowed.pem", _INTERIM + "allowed.pem", "leaves"),
    ),
}
"""The C2PA trust list and its list of time-stampers; and the list that it replaced, frozen since
January 2026, which older pictures were signed under."""


def install_list(
    name: ListName,
    *,
    folder: Path | None = None,
    home: Path | None = None,
    fetch: Callable[[str], bytes] = fetch,
) -> InstalledList:
    """Fetch a list and put it in the place of the one that is installed: all of it or nothing.

    ``folder``: take the files, by the names they have where they are kept, from there instead; no
    network is used then. Raises TrustError where a file cannot be had, holds something that is no
    certificate, or, among signers, one that is for time-stamping alone.
    """
    files: dict[str, dict[str, str]] = {}
    for source in LISTS[name]:
        if folder is None:
            data, where = fetch(source.url), source.url
        else:
            data, where = read_file(folder / source.file), str((folder / source.file).absolute())
        pems = [a.pem for a in _anchors(data, where, source.role, name)]
        digest = hashlib.sha256(data).hexdigest()
        files[source.role] = {"source": where, "sha256": digest, "pem": "".join(pems)}
    installed = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    table = {"schema": 1, "list": name, "installed": installed, "files": files}
    home = home or zoo_home()
    file = _file(name, home)
    try:
        make_home(home)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(file, json.dumps(table, indent=1).encode())
    except OSError as error:
        raise TrustError(f"cannot write {file}: {error.strerror}") from error
    return _of_table(table, name)


def stored_list(name: ListName, home: Path | None = None) -> InstalledList | None:
    """The list as it was installed, or None. Raises TrustError where it cannot be read."""
    file = _file(name, home or zoo_home())
    if not file.exists():
        return None
    try:
        with file.open("rb") as stream:
            table = json.loads(stream.read(MAX_STORED))
        return _of_table(table, name)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, TrustError) as error:
        raise TrustError(
            f"cannot read the {name} list {file}: {error}; fetch it again with "
            f"'zoo trust update {name}', or do without it: 'zoo trust remove {name}'"
        ) from error


def remove_list(name: ListName, home: Path | None = None) -> bool:
    """Do without a list; whether there was one."""
    file = _file(name, home or zoo_home())
    there = file.exists()
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise TrustError(f"cannot remove {file}: {error.strerror}") from error
    return there


def _file(name: ListName, home: Path) -> Path:
    return home / "trust" / "lists" / f"{name}.json"


def _of_table(table: dict[str, Any], name: ListName) -> InstalledList:
    if table["schema"] != 1:
        raise TrustError("it was written by a newer version")
    found: dict[str, tuple[Anchor, ...]] = {}
    for source in LISTS[name]:
        entry = table["files"][source.role]
        certificates = parse(entry["pem"].encode(), source.file)
        found[source.role] = tuple(anchor_of(c, name) for c in certificates)
    return InstalledList(
        name,
        str(table["installed"]),
        found.get("signers", ()),
        found.get("timestampers", ()),
        found.get("leaves", ()),
    )


def _anchors(data: bytes, where: str, role: Role, name: ListName) -> list[Anchor]:
    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise TrustError(f"{where} is no list of certificates in PEM; nothing was changed")
    certificates = parse(data, where)
    if role == "leaves":
        chosen = [c for c in certificates if not is_authority(c)]
    else:
        chosen = [c for c in certificates if is_authority(c)]
    if role == "signers" and any(only_stamps(c) for c in chosen):
        raise TrustError(
            f"{where} names authorities that are for time-stamping alone among the signers; "
            "nothing was changed"
        )
    if not chosen:
        raise TrustError(f"{where} holds none of the certificates it should; nothing was changed")
    return list({a.sha256: a for a in (anchor_of(c, name) for c in chosen)}.values())
