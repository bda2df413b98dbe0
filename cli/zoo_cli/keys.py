"""``zoo keys``: the identity that signs this installation's pictures."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from .output import note, print_json, print_result

app = typer.Typer(
    help="The identity that signs your pictures, and a watermark key of your own.",
    no_args_is_help=True,
)


@app.command("show")
def show(
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
    pem: Annotated[
        bool,
        typer.Option("--pem", help="Print the root certificate, for others to zoo trust add."),
    ] = False,
) -> None:
    """Show the identity: its name, fingerprints, how long it is valid, where it is kept."""
    from zoo.errors import UsageError
    from zoo_provenance.errors import IdentityError
    from zoo_provenance.identity import identity_folder, load_identity
    from zoo_provenance.watermark_key import key_file, own_key

    if json and pem:
        raise UsageError("--json and --pem do not go together; --json holds the certificate too")
    identity = load_identity()
    watermark = "own" if own_key() is not None else "public"
    if identity is None:
        missing = "there is no identity yet; one is made when the first picture is sealed"
        if pem:
            raise IdentityError(missing)
        if json:
            table = {"folder": str(identity_folder()), "identity": None}
            print_json({"schema": 1, **table, "watermark_key": watermark})
        else:
            print_result(missing)
        return
    if pem:
        print_result(identity.root_pem.rstrip())
        return
    table = {
        "name": identity.name,
        "sha256": identity.certificate_sha256,
        "root_sha256": identity.root_sha256,
        "algorithm": identity.algorithm,
        "valid_until": identity.valid_until,
        "root_pem": identity.root_pem,
    }
    if json:
        folder = str(identity.folder)
        print_json({"schema": 1, "folder": folder, "identity": table, "watermark_key": watermark})
        return
    print_result(
        f"{identity.name}\n"
        f"  certificate  {identity.certificate_sha256}\n"
        f"  root         {identity.root_sha256}\n"
        f"  valid until  {identity.valid_until}\n"
        f"  kept in      {identity.folder}\n"
        f"  watermark    {key_file() if watermark == 'own' else 'public key'}\n"
        "Nobody has verified who is behind it. To let another installation trust your pictures,\n"
        "give it the output of 'zoo keys show --pem' for its 'zoo trust add'."
    )


@app.command("remove")
def remove(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove the identity's key for good. The next sealing makes a new identity."""
    from zoo.errors import UsageError
    from zoo_provenance.identity import identity_folder, remove_identity

    if not identity_folder().is_dir():
        print_result("there is no identity to remove")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("removing the key cannot be undone: say --yes to do it unasked")
        note(
            "The key cannot be brought back. Pictures signed with it stay readable, but will read\n"
            "as claimed, not as declared, unless its root certificate is trusted."
        )
        if not typer.confirm("Remove the key?", err=True):
            note("nothing was removed")
            return
    kept = remove_identity()
    print_result("the identity was removed; the next sealing makes a new one")
    if kept is not None:
        print_result(
            f"its root certificate is kept in {kept}, so that the ledger's links can be checked;\n"
            "to go on trusting the manifests signed with it:\n"
            f"  zoo trust add {kept}"
        )


@app.command("watermark")
def watermark() -> None:
    """Make a watermark key of your own: only who has it can read, write or erase your marks.

    From then on pictures are marked under it, and zoo verify here reads marks under both keys.
    Other people no longer can read yours; without the key nobody can.
    """
    from zoo_provenance.watermark_key import make_key

    file = make_key()
    print_result(f"pictures are marked under a key of your own from now on: {file}")
    note(
        "Keep a copy of it: marks made under it are lost without it. Put it into another\n"
        "installation's home to read and write the same marks there; move it away to go back to\n"
        "the public key."
    )
