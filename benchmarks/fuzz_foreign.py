"""Targets of the fuzzer: addresses, lists, keys and ledgers that somebody else made."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import atheris
import numpy as np
from cryptography.hazmat.primitives.serialization import Encoding
from fuzz_target import Target, check_told, sealed
from PIL import Image

from zoo_provenance.errors import FetchError, IdentityError, TrustError
from zoo_provenance.examiners import FingerprintExaminer, LedgerExaminer, WatermarkExaminer
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.remote.url import locate
from zoo_provenance.signing.files import read_certificates, read_key, read_p12
from zoo_provenance.signing.importing import read_candidate
from zoo_provenance.subject import Subject
from zoo_provenance.trust import install_list, load_trust, stored_list
from zoo_provenance.trust.anchors import anchor_of, is_authority, only_stamps, parse
from zoo_provenance.trust.lists import LISTS


def url(data: bytes) -> None:
    """The address of a manifest, out of a picture's XMP."""
    try:
        parts, port = locate(data.decode("utf-8", "replace"))
    except FetchError as error:
        check_told(error)
        return
    assert (parts.scheme, port) == ("https", 443)
    assert parts.hostname
    assert parts.username is parts.password is None


def url_examples() -> Iterator[bytes]:
    yield b"https://host.example/manifest.c2pa?a=b#c"
    yield b"https://user:word@[::ffff:127.0.0.1]:443/"
    yield b"http://127.0.0.1:8080/"


def certificates(data: bytes) -> None:
    """Anchors, in PEM and DER."""
    try:
        for certificate in parse(data, "a file"):
            anchor_of(certificate, "added")
            is_authority(certificate)
            only_stamps(certificate)
    except TrustError as error:
        check_told(error)


def certificate_examples() -> Iterator[bytes]:
    from zoo_provenance.identity import ensure_identity

    root = ensure_identity().root_pem.encode()
    yield root
    yield from (c.public_bytes(Encoding.DER) for c in parse(root, "a file"))


def trust_list(data: bytes) -> None:
    """``zoo trust update --from``: each of the lists, all of whose files hold the same."""
    for name in LISTS:
        try:
            found = install_list(name, fetch=lambda _: data)
        except TrustError as error:
            check_told(error)
        else:
            assert found.all
            assert stored_list(name) == found


def trust_list_examples() -> Iterator[bytes]:
    from zoo_provenance.identity import ensure_identity

    identity = ensure_identity()
    yield identity.root_pem.encode()
    yield b"text before\n" + identity.chain_pem.encode()


PASSPHRASE = b"a pass phrase"


def keys(data: bytes) -> None:
    """``zoo keys import``: a chain, a key, and both in one file."""
    file = Path(os.environ["ZOO_HOME"], "import.p12")
    file.write_bytes(data)
    file.chmod(0o600)
    for read in (
        lambda: read_certificates(file),
        lambda: read_key(file, lambda _: PASSPHRASE),
        lambda: read_p12(file, lambda _: PASSPHRASE),
        lambda: read_candidate(file, None, lambda _: PASSPHRASE),
        lambda: read_candidate(file.with_name("chain.pem"), file, lambda _: PASSPHRASE),
        lambda: read_candidate(
            _renamed(file), file.with_name("identity") / "key.pem", lambda _: PASSPHRASE
        ),
    ):
        try:
            read()
        except IdentityError as error:
            check_told(error)


def _renamed(file: Path) -> Path:
    """The same, where its name says that it holds a chain."""
    other = file.with_suffix(".txt")
    other.write_bytes(file.read_bytes())
    return other


def key_examples() -> Iterator[bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

    from zoo_provenance.identity import ensure_identity

    identity = ensure_identity()
    home = Path(os.environ["ZOO_HOME"])
    (home / "chain.pem").write_text(identity.chain_pem)
    key = forms.load_pem_private_key((home / "identity" / "key.pem").read_bytes(), None)
    chain = x509.load_pem_x509_certificates(identity.chain_pem.encode())
    secret = forms.BestAvailableEncryption(PASSPHRASE)
    yield identity.chain_pem.encode()
    for form in (forms.Encoding.PEM, forms.Encoding.DER):
        yield chain[0].public_bytes(form)
        yield pkcs7.serialize_certificates(chain, form)
        for encryption in (forms.NoEncryption(), secret):
            yield key.private_bytes(form, forms.PrivateFormat.PKCS8, encryption)
    for encryption in (forms.NoEncryption(), secret):
        yield pkcs12.serialize_key_and_certificates(b"name", key, chain[0], chain[1:], encryption)


def ledger(data: bytes) -> None:
    """A ledger that ``ZOO_LEDGER`` names: rows with values that no sealing writes.

    Bytes choose what stands where. The picture's hash, its mark and its look lead to the row.
    """
    choose = atheris.FuzzedDataProvider(data)
    file, subject = issued()
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA synchronous=OFF")
        for table, columns in ROW.items():
            kept = database.execute(f"SELECT * FROM kept_{table}").fetchone()
            values = dict(zip(columns, kept, strict=True))
            for column in columns[1:]:
                if choose.ConsumeIntInRange(0, 3) == 0:
                    values[column] = odd_value(choose)
            marks = ", ".join("?" * len(values))
            with contextlib.suppress(sqlite3.IntegrityError):  # what a column may not be
                database.execute(
                    f"REPLACE INTO {table} ({', '.join(values)}) VALUES ({marks})",
                    list(values.values()),
                )
    with open_ledger(create=False) as opened:
        asked = dataclasses.replace(subject, ledger=opened)
        for examiner in (LedgerExaminer(), WatermarkExaminer(), FingerprintExaminer()):
            found = examiner.examine(asked)
            json.dumps(dict(found.details), allow_nan=False)
        for row in opened.rows():
            assert row.created is not None


def odd_value(choose: atheris.FuzzedDataProvider) -> object:
    """Any value that SQLite keeps."""
    kind = choose.ConsumeIntInRange(0, 5)
    if kind == 0:
        return None
    if kind == 1:
        return choose.ConsumeInt(8)
    if kind == 2:
        return choose.ConsumeRegularFloat()
    if kind == 3:
        return choose.ConsumeUnicodeNoSurrogates(80)
    if kind == 4:
        return choose.ConsumeBytes(4096).ljust(4096, b"\0")
    return choose.ConsumeBytes(40)


ROW = {
    "pictures": "id state created path sha256 fingerprint link digest owner".split(),  # noqa: SIM905
    "details": ["id", "thumbnail", "source_type", "record", "manifest"],
}


@cache
def issued() -> tuple[Path, Subject]:
    """This installation's ledger of one picture, and a copy of that without its manifest."""
    coarse = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    data = sealed("png", Image.fromarray(coarse).resize((256, 256), Image.Resampling.BICUBIC))
    file = Path(os.environ["ZOO_HOME"], "ledger.sqlite3")
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        for table, columns in ROW.items():
            database.execute(
                f"CREATE TABLE kept_{table} AS SELECT {', '.join(columns)} FROM {table}"
            )
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("RGB").save(out, "PNG")
    digest = hashlib.sha256(data).hexdigest()
    subject = Subject(
        Path("a.png"), out.getvalue(), "image/png", digest, load_trust(), None, thorough=False
    )
    subject.picture()
    return file, subject


TARGETS = {
    "url": Target(url, url_examples),
    "certificates": Target(certificates, certificate_examples),
    "trust-list": Target(trust_list, trust_list_examples),
    "keys": Target(keys, key_examples),
    "ledger": Target(ledger, lambda: [bytes(range(256)), bytes(40)]),
}
