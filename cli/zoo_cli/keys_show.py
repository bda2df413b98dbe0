"""``zoo keys show``: who signs, and what that is worth and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import print_json, print_result, printable

if TYPE_CHECKING:
    from zoo_provenance.identity import Identity


def show(
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
    pem: Annotated[
        bool,
        typer.Option(
            "--pem", help="Print the highest certificate known, for others to zoo trust add."
        ),
    ] = False,
) -> None:
    """Show the identity: who signs, issued by whom, until when, and what happens then."""
    from zoo.errors import UsageError
    from zoo_provenance.identity import load_identity
    from zoo_provenance.signing.store import identity_folder
    from zoo_provenance.signing.timestamps import timestamp_url
    from zoo_provenance.watermark_key import key_file, own_key

    if json and pem:
        raise UsageError("--json and --pem do not go together; --json holds the certificate too")
    identity = load_identity()
    if pem:
        print_result(_root_pem(identity).rstrip())
        return
    url = timestamp_url()
    own = own_key() is not None
    if json:
        table = {
            "folder": str(identity_folder()),
            "identity": None if identity is None else _table(identity),
            "time_stamp": url,
            "claimed_from": None if identity is None or url else identity.valid_until,
            "watermark_key": "own" if own else "public",
        }
        print_json({"schema": 1, **table})
    elif identity is None:
        print_result(_NONE)
        if url:
            print_result(f"each picture will get a time-stamp by {url}")
    else:
        print_result(_told(identity, url, str(key_file()) if own else "public key"))


_NONE = "there is no identity yet; one is made when the first picture is sealed"


def _root_pem(identity: Identity | None) -> str:
    from zoo_provenance.errors import IdentityError

    if identity is None:
        raise IdentityError(_NONE)
    if identity.root_pem is None:
        raise IdentityError(
            "the chain that was imported holds no authority's certificate; give others that of "
            f"{identity.leaf.issuer.rfc4514_string()}"
        )
    return identity.root_pem


def _table(identity: Identity) -> dict[str, Any]:
    return {
        "name": identity.name,
        "kind": str(identity.kind),
        "issuer": identity.leaf.issuer.rfc4514_string(),
        "sha256": identity.certificate_sha256,
        "root_sha256": identity.root_sha256,
        "algorithm": identity.algorithm,
        "valid_until": identity.valid_until,
        "root_pem": identity.root_pem,
    }


def _told(identity: Identity, url: str | None, watermark: str) -> str:
    from zoo_provenance.signing.own import Kind

    key = {
        Kind.LOCAL: f"made here, kept in {identity.folder}",
        Kind.IMPORTED: f"imported, kept in {identity.folder}",
        Kind.PKCS11: f"in a token; {identity.folder / 'pkcs11.json'} says where",
    }[identity.kind]
    root = identity.root_sha256 or "not known: the chain ends with the certificate itself"
    return (
        f"{printable(identity.name)}\n"
        f"  issued by    {printable(identity.leaf.issuer.rfc4514_string())}\n"
        f"  certificate  {identity.certificate_sha256}\n"
        f"  root         {root}\n"
        f"  valid until  {identity.valid_until}\n"
        f"  time-stamp   {_stamped(identity, url)}\n"
        f"  key          {identity.algorithm}, {key}\n"
        f"  watermark    {watermark}\n" + _worth(identity)
    )


def _stamped(identity: Identity, url: str | None) -> str:
    day = identity.valid_until[:10]
    if url is None:
        return (
            f"none: pictures signed with it read as claimed, no longer as declared, from {day}\n"
            "               on, however early they were signed ('zoo keys timestamp URL' helps)"
        )
    return (
        f"by {url}: pictures stay\n"
        f"               declared after {day} for whoever trusts that authority"
    )


def _worth(identity: Identity) -> str:
    from zoo_provenance.signing.own import Kind

    if identity.kind is Kind.LOCAL:
        return (
            "Nobody has verified who is behind it. To let another installation trust your\n"
            "pictures, give it the output of 'zoo keys show --pem' for its 'zoo trust add'."
        )
    return (
        "Its authority says who is behind it. This installation trusts this certificate alone,\n"
        "not the authority's others; elsewhere it is trusted where its authority is."
    )
