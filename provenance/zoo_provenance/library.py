"""The C2PA library's reader: offline, bounded, and its many errors told apart."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal
from xml.sax.saxutils import unescape

import c2pa

from .bounded import BoundedFile, has_too_many_markers
from .certificates import PURPOSES
from .text import clean
from .trust.anchors import Anchors

# The description box of a manifest store, and a label that no claim does without.
_STORE_MARKS = (
    b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71",
    b"c2pa.claim",
    b"<c2pa:manifest",  # SVG holds it in base64
)

Form = Literal["json", "detailed_json", "crjson"]
"""What is validated and said; all that the manifests hold; and, among more, when certificates are
valid."""

_MOST_COPIED = 32 * 1024**2
_ELSEWHERE = "Remote: must fetch remote manifests from url "


class NoStoreError(Exception):
    """There is no manifest store in the file."""


class UnreadableStoreError(Exception):
    """There is a manifest store, or a reference to one, that cannot be read here."""


class TooManyPartsError(UnreadableStoreError):
    """The file's structure is too much work to search."""


class RemoteStoreError(UnreadableStoreError):
    """There is none in the file, but the URL of one; ``why`` it could not be fetched, if that was
    tried."""

    def __init__(self, url: str, why: str | None = None) -> None:
        super().__init__(url, why)
        self.url, self.why = url, why

    def __str__(self) -> str:
        return f"the manifest lies at {clean(self.url)}"


def read_table(
    data: bytes,
    mime: str,
    anchors: Anchors,
    *,
    manifest: bytes | None = None,
    form: Form = "json",
    store: io.BytesIO | None = None,
) -> Mapping[str, Any]:
    """What the library says of a file's manifest store under these anchors, in one of the forms of
    its JSON.

    ``manifest``: a store that was fetched for the file, which has none. ``store``: is given the
    file's own (JUMBF), put together from where it lies; nothing where it cannot be had, or the file
    has more than 32 MiB.

    Raises NoStoreError, UnreadableStoreError, RemoteStoreError or TooManyPartsError.
    """
    if mime == "image/jpeg" and has_too_many_markers(data):
        raise TooManyPartsError("too many segments")
    file = BoundedFile(data, mime)
    try:
        with c2pa.Reader(mime, file, manifest, context=_context(anchors)) as reader:
            found = json.loads(getattr(reader, form)())
            table = found if isinstance(found, dict) else {}
            if store is not None and len(data) <= _MOST_COPIED:
                _copy(reader, str(table.get("active_manifest", "")), store)
            return table
    except c2pa.C2paError.ManifestNotFound as error:
        raise NoStoreError from error
    except (c2pa.C2paError, ValueError, RecursionError) as error:
        text = clean(str(error))
        if file.exceeded:
            raise TooManyPartsError(text) from error
        if str(error).startswith(_ELSEWHERE):
            raise RemoteStoreError(_url_in(str(error))) from error
        if manifest is None and not any(mark in data for mark in _STORE_MARKS):
            # The container is damaged, or of a kind that cannot carry a store.
            raise NoStoreError(text) from error
        raise UnreadableStoreError(text) from error


def _copy(reader: c2pa.Reader, label: str, store: io.BytesIO) -> None:
    """The whole store of a manifest of this label; a reader that is open has it at hand."""
    with contextlib.suppress(c2pa.C2paError, ValueError):
        reader.resource_to_stream(f"self#jumbf=/c2pa/{label}", store)


def _url_in(message: str) -> str:
    """The library takes the URL out of the XMP with its entities as they stand there."""
    return unescape(message.removeprefix(_ELSEWHERE), {"&quot;": '"', "&apos;": "'"})


@lru_cache(maxsize=8)
def _context(anchors: Anchors) -> Any:
    """The library's settings; making one costs more than reading a file, so they are kept."""
    settings: dict[str, Any] = {
        "version": 1,
        "builder": {"thumbnail": {"enabled": False}},
        "core": {"allowed_network_hosts": []},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    }
    # Without this, the library calls every certificate invalid that is not for e-mail.
    settings["trust"] = {"trust_config": "\n".join(oid.dotted_string for oid in PURPOSES)}
    if anchors:
        settings["trust"]["anchors"] = [
            # The library asks for a kind but does not heed it: a time-stamper would be
            # believed as a signer, too.
            {"trust_kind": "manifest", "trust_uri": source, "trust_anchors": pem}
            | ({"allowed_list": leaves} if leaves else {})
            for source, pem, leaves in anchors
        ]
    return c2pa.Context.from_dict(settings)
