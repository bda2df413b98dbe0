"""``zoo trust``: whose signatures and time-stamps are believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo_provenance.trust import Anchor

app = typer.Typer(help="Say whose signatures and time-stamps you trust.", no_args_is_help=True)


@app.command("list")
def list_anchors(
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """List the certificates that are trusted, this installation's own among them."""
    from zoo_provenance.trust import load_trust

    trust = load_trust()
    if json:
        signers = [_table(a) for a in trust.signers]
        timestampers = [_table(a) for a in trust.timestampers]
        print_json({"schema": 1, "signers": signers, "timestampers": timestampers})
        return
    for title, anchors in (("signers", trust.signers), ("time-stampers", trust.timestampers)):
        print_result(f"{title}: {len(anchors) or 'none'}")
        for anchor in anchors:
            own = "  (this installation)" if anchor.origin == "own" else ""
            print_result(
                f"  {anchor.sha256[:16]}  until {anchor.valid_until[:10]}  "
                f"{printable(anchor.subject)}{own}"
            )


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="Certificates: PEM, bundles too, or DER.")],
    tsa: Annotated[
        bool, typer.Option("--tsa", help="Trust them for time-stamps, not for signing pictures.")
    ] = False,
) -> None:
    """Trust the certificates in a file."""
    from zoo_provenance.trust import add_anchors

    done = add_anchors(file, tsa=tsa)
    for anchor in done.added:
        print_result(f"  {anchor.sha256[:16]}  {printable(anchor.subject)}")
    kind = "time-stampers" if tsa else "signers"
    print_result(
        f"added {len(done.added)} to the trusted {kind}; {len(done.present)} already there"
    )
    for anchor in done.left_out:
        note(f"left out, as it is no authority's certificate: {printable(anchor.subject)}")


@app.command("remove")
def remove(
    sha256: Annotated[
        str, typer.Argument(help="How its sha256 begins, as zoo trust list shows it (8 digits).")
    ],
) -> None:
    """Stop trusting a certificate, for signing and for time-stamps."""
    from zoo_provenance.trust import remove_anchor

    anchor = remove_anchor(sha256)
    print_result(f"no longer trusted: {anchor.sha256[:16]}  {printable(anchor.subject)}")


def _table(anchor: Anchor) -> dict[str, Any]:
    return {
        "sha256": anchor.sha256,
        "name": anchor.name,
        "subject": anchor.subject,
        "valid_until": anchor.valid_until,
        "origin": anchor.origin,
    }
