"""``zoo keys``: the identity that signs this installation's pictures."""

from __future__ import annotations

from typing import Annotated

import typer

from . import keys_import, keys_show
from .keys_asking import agreed_to_lose_the_key
from .output import note, print_result

app = typer.Typer(
    help="The identity that signs your pictures, and a watermark key of your own.",
    no_args_is_help=True,
)
app.command("show")(keys_show.show)
app.command("request")(keys_import.request)
app.command("import")(keys_import.import_)
app.command("use-pkcs11")(keys_import.use_pkcs11)
app.command("export")(keys_import.export)


@app.command("timestamp")
def timestamp(
    url: Annotated[
        str | None, typer.Argument(help="Address of a time-stamp authority (RFC 3161).")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="No time-stamps any more.")] = False,
) -> None:
    """Have each picture time-stamped, so that its signature outlives the certificate.

    The authority gets a hash for each picture that is sealed, and must answer. Without an address:
    show which one is asked.
    """
    from zoo.errors import UsageError
    from zoo_provenance.signing.timestamps import set_timestamp_url, timestamp_url, try_timestamp

    if url is not None and none:
        raise UsageError("an address and --none do not go together")
    if url is not None:
        try_timestamp(url)
        set_timestamp_url(url)
        print_result(f"from now on each picture gets a time-stamp by {url}, which just gave one")
        note(
            "Whoever verifies must trust that authority: zoo trust update has those of the C2PA\n"
            "list, and zoo trust add --tsa adds others."
        )
    elif none:
        set_timestamp_url(None)
        print_result("pictures get no time-stamp from now on")
    else:
        print_result(timestamp_url() or "pictures get no time-stamp")


@app.command("remove")
def remove(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove the identity's key for good. The next sealing makes a new identity."""
    from zoo_provenance.identity import remove_identity
    from zoo_provenance.signing.own import Kind, kind_of
    from zoo_provenance.signing.store import identity_folder

    folder = identity_folder()
    if not folder.is_dir():
        print_result("there is no identity to remove")
        return
    kind = kind_of(folder)
    if not agreed_to_lose_the_key(yes, "Remove it?"):
        note("nothing was removed")
        return
    kept = remove_identity()
    print_result("the identity was removed; the next sealing makes a new one")
    if kept is None:
        return
    if kind is Kind.LOCAL:
        print_result(
            f"its root certificate is kept in {kept}, so that the ledger's links can be checked;\n"
            "to go on trusting the manifests signed with it:\n"
            f"  zoo trust add {kept}"
        )
    else:
        print_result(
            f"its certificate is kept in {kept}, so that the ledger's links can be checked;\n"
            "to go on trusting the manifests signed with it, trust its authority: zoo trust add"
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
