"""``zoo keys request``, ``import``, ``use-pkcs11``, ``export``: an organisation's certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .keys_asking import agreed_to_lose_the_key, passphrase
from .output import note, print_result, printable

if TYPE_CHECKING:
    from zoo_provenance.signing.chain import Chain

Passphrase = Annotated[
    Path | None,
    typer.Option(help="File with the passphrase in its first line, readable by you alone."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask about the present identity.")]
CHAIN = "Certificates in PEM, DER or PKCS#7, up to the root or just below it"


def request(
    organisation: Annotated[str, typer.Option(help="Its name, as the CA will verify it.")],
    name: Annotated[str, typer.Option(help="What readers of pictures see: the common name.")],
    country: Annotated[str | None, typer.Option(help="Two letters, such as DE.")] = None,
    key: Annotated[
        str, typer.Option(help="p256, p384, p521, rsa3072, rsa4096 or ed25519.")
    ] = "p256",
) -> None:
    """Make a key, and print a signing request (PKCS#10) to send to a certificate authority."""
    from zoo.errors import UnknownNameError
    from zoo_provenance.signing.requesting import KEYS, make_request

    if key not in KEYS:
        raise UnknownNameError("kind of key", key, list(KEYS), f"(one of: {', '.join(KEYS)})")
    print_result(make_request(organisation, name, country=country, kind=key).rstrip())
    note(
        "Send this to the CA. It asks for the extended key usages C2PA claim signing\n"
        "(1.3.6.1.4.1.62558.2.1) and e-mail protection; document signing (1.3.6.1.5.5.7.3.36) is\n"
        "as good. The key stays here; with the CA's answer: zoo keys import CHAIN.pem"
    )


def import_(
    chain: Annotated[Path, typer.Argument(help=f"{CHAIN}; or a .p12 with the key in it.")],
    key: Annotated[
        Path | None,
        typer.Option(help="The private key, PEM or DER. Not for a .p12 or zoo keys request."),
    ] = None,
    passphrase_file: Passphrase = None,
    yes: Yes = False,
) -> None:
    """Sign with a certificate that an authority issued, in place of the present identity.

    It is checked against the C2PA profile first; what is wrong is listed, all of it at once.
    """
    from zoo_provenance.signing.importing import adopt, read_candidate

    found = read_candidate(chain, key, lambda file: passphrase(file, passphrase_file))
    if not agreed_to_lose_the_key(yes, "Replace the present identity?"):
        note("nothing was changed")
        return
    adopt(found)
    _print_adopted(found.chain)


def use_pkcs11(
    chain: Annotated[Path, typer.Argument(help=f"{CHAIN}.")],
    module: Annotated[Path, typer.Option(help="The PKCS#11 library of the token's maker.")],
    token: Annotated[str, typer.Option(help="The token's label.")],
    key: Annotated[str, typer.Option(help="The private key's label.")],
    pin_env: Annotated[
        str | None, typer.Option(help="Environment variable that holds the PIN.")
    ] = None,
    pin_file: Annotated[
        Path | None, typer.Option(help="File with the PIN, readable by you alone.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Sign with a key that stays in a hardware token, in place of the present identity.

    The token signs once to show that the key is that of the certificate.
    """
    from zoo.errors import UsageError
    from zoo_provenance.signing.importing import adopt_token, read_token_candidate
    from zoo_provenance.signing.pkcs11 import TokenKey

    if (pin_env is None) == (pin_file is None):
        raise UsageError("say where the PIN is: either --pin-env NAME or --pin-file FILE")
    where = TokenKey(
        str(module.absolute()), token, key, pin_env, str(pin_file.absolute()) if pin_file else None
    )
    found = read_token_candidate(chain, where)
    if not agreed_to_lose_the_key(yes, "Replace the present identity?"):
        note("nothing was changed")
        return
    adopt_token(found, where)
    _print_adopted(found)


def export(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there.")],
    private: Annotated[
        bool, typer.Option("--private", help="With the key, as PKCS#12: a backup, encrypted.")
    ] = False,
    passphrase_file: Passphrase = None,
) -> None:
    """Write the identity's certificates, the signing one first, as PEM."""
    from zoo.errors import UsageError
    from zoo_provenance.errors import IdentityError
    from zoo_provenance.identity import load_identity
    from zoo_provenance.signing.exporting import export_chain, export_private

    if passphrase_file is not None and not private:
        raise UsageError("--passphrase-file goes with --private; certificates are public")
    identity = load_identity()
    if identity is None:
        raise IdentityError(
            "there is no identity yet; one is made when the first picture is sealed"
        )
    if private:
        export_private(identity, file, passphrase(file, passphrase_file, confirm=True))
        note("Whoever has this file and its passphrase can sign as you: keep them apart.")
    else:
        export_chain(identity, file)
    print_result(str(file))


def _print_adopted(chain: Chain) -> None:
    from zoo_provenance.certificates import name_of, until
    from zoo_provenance.signing.timestamps import timestamp_url

    for text in chain.notes:
        note(printable(text))
    leaf = chain.leaf
    print_result(
        f"pictures are signed by {printable(name_of(leaf))} from now on, issued by "
        f"{printable(leaf.issuer.rfc4514_string())}"
    )
    if timestamp_url() is None:
        note(
            "Without a time-stamp they read as claimed, no longer as declared, from\n"
            f"{until(leaf)} on, however early they were signed.\n"
            "zoo keys timestamp URL has them stamped."
        )
