"""The time-stamp authority (RFC 3161) that is asked for each picture, if any.

``timestamp.url`` in the home holds its address. The C2PA library asks it, over http or https: what
it sends is a hash of the signature. It waits up to 30 seconds for an answer, follows redirections
to public addresses only, and checks that the answer is a time-stamp of that very signature.
"""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlsplit

from ..atomic import write_atomically
from ..errors import IdentityError, TimeStampError
from ..home import make_home, zoo_home

MAX_URL = 500


def timestamp_url(home: Path | None = None) -> str | None:
    """The address, or None: then pictures get no time-stamp, and nothing uses the network."""
    file = _file(home or zoo_home())
    try:
        return checked_url(file.read_text("utf-8").strip())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise IdentityError(
            f"cannot read {file}: {error}; set it anew with 'zoo keys timestamp'"
        ) from error


def set_timestamp_url(url: str | None, home: Path | None = None) -> None:
    """Keep the address, or forget it. Raises IdentityError."""
    home = home or zoo_home()
    try:
        if url is None:
            _file(home).unlink(missing_ok=True)
        else:
            make_home(home)
            write_atomically(_file(home), f"{checked_url(url)}\n".encode())
    except OSError as error:
        raise IdentityError(f"cannot write {_file(home)}: {error}") from error


def checked_url(url: str) -> str:
    """The address, if it is one of http or https without a password in it."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise IdentityError(
            f"{url[:80]!r} is not the address of a time-stamp authority; expected http://… or "
            "https://…"
        )
    if parts.username or parts.password:
        raise IdentityError(
            "the address of the time-stamp authority holds a user name or password, which would be "
            "kept unencrypted; use an address that needs none"
        )
    return url


def try_timestamp(url: str) -> None:
    """Have a picture of a few pixels stamped, signed with a key made for that and dropped.

    Raises IdentityError where the authority gives no time-stamp.
    """
    import datetime as dt

    from PIL import Image

    from ..certificates import make_certificates, pem_of
    from ..manifest import ManifestSigner
    from .algorithms import sign_with

    class Throwaway:
        algorithm = "es256"
        key, leaf, root = make_certificates(dt.datetime.now(dt.UTC))
        chain_pem = pem_of(leaf) + pem_of(root)

        def sign(self, data: bytes) -> bytes:
            return sign_with(self.key, data)

    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
    created = {"action": "c2pa.created", "digitalSourceType": source}
    actions = {"label": "c2pa.actions.v2", "data": {"actions": [created]}}
    manifest = {"claim_generator_info": [{"name": "Zoo"}], "assertions": [actions]}
    try:
        ManifestSigner(Throwaway(), checked_url(url)).sign(
            picture.getvalue(), "image/png", manifest
        )
    except TimeStampError as error:
        raise IdentityError(
            f"{url} gave no time-stamp: {error.why}; nothing was changed"
        ) from error


def _file(home: Path) -> Path:
    return home / "timestamp.url"
