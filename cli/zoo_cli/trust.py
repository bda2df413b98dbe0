"""``zoo trust``: whose signatures and time-stamps are believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo_provenance.trust import Anchor, InstalledList, Profile
    from zoo_provenance.trust.lists import ListName

app = typer.Typer(help="Say whose signatures and time-stamps you trust.", no_args_is_help=True)


@app.command("list")
def list_anchors(
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """List the certificates that are trusted, this installation's own among them."""
    from zoo_provenance.trust import Profile, load_trust, stored_list

    trust = load_trust()
    interim = stored_list("interim")
    lists = [*trust.lists, *([interim] if interim else [])]
    own = [a for a in trust.leaves if a.origin == "own"]
    if json:
        signers = [_table(a) for a in (*own, *trust.signers)]
        timestampers = [_table(a) for a in trust.timestampers]
        tables = [_list_table(x) for x in lists]
        print_json({"schema": 1, "signers": signers, "timestampers": timestampers, "lists": tables})
        return
    every = {"signers": (*own, *trust.signers), "time-stampers": trust.timestampers}
    for title, anchors in every.items():
        print_result(f"{title}: {len(anchors) or 'none'}")
        for anchor in anchors:
            print_result(
                f"  {anchor.sha256[:16]}  until {anchor.valid_until[:10]}  "
                f"{printable(anchor.subject)}{_WHY[anchor.origin]}"
            )
    for each in lists:
        print_result(_told(each))
    if not trust.lists:
        note(f"the {Profile.OFFICIAL} C2PA list is not installed; zoo trust update fetches it")


@app.command("update")
def update(
    name: Annotated[
        str, typer.Argument(metavar="[official|interim]", help="Which list.")
    ] = "official",
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="Take its files from this folder, without a network."),
    ] = None,
) -> None:
    """Fetch the list of signers and time-stampers that C2PA keeps; nothing else fetches it.

    official: the C2PA trust list. interim: the list that it replaced, frozen in January 2026;
    zoo verify heeds it with --trust interim.
    """
    from zoo_provenance.trust import install_list, stored_list

    chosen = _list_name(name)
    before = stored_list(chosen)
    done = install_list(chosen, folder=folder)
    if before is not None:
        _print_changes(before, done)
    print_result(_told(done))


@app.command("export")
def export(
    profile: Annotated[
        str, typer.Option(help="this-installation, official or interim.")
    ] = "official",
    tsa: Annotated[bool, typer.Option("--tsa", help="The time-stampers, not the signers.")] = False,
) -> None:
    """Print the trusted certificates in PEM, for other C2PA tools and other installations."""
    from zoo_provenance.trust import Profile, load_trust

    trust = load_trust(profile=profile_named(profile) if profile != Profile.OFFICIAL else None)
    for anchor in trust.timestampers if tsa else trust.signers:
        print_result(f"# {anchor.origin}: {printable(anchor.subject)}\n{anchor.pem.strip()}")


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
    what: Annotated[
        str,
        typer.Argument(
            metavar="SHA256|official|interim",
            help="How its sha256 begins, as zoo trust list shows it (8 digits); or a whole list.",
        ),
    ],
) -> None:
    """Stop trusting a certificate, for signing and for time-stamps, or a list."""
    from zoo_provenance.trust import LISTS, remove_anchor, remove_list

    if what in LISTS:
        there = remove_list(_list_name(what))
        print_result(f"the {what} list was {'removed' if there else 'not installed'}")
        return
    anchor = remove_anchor(what)
    print_result(f"no longer trusted: {anchor.sha256[:16]}  {printable(anchor.subject)}")


_WHY = {
    "own": "  (this installation)",
    "added": "",
    "official": "  (official list)",
    "interim": "  (interim list)",
}


def _list_name(name: str) -> ListName:
    from zoo.errors import UnknownNameError
    from zoo_provenance.trust import LISTS

    for known in LISTS:
        if name == known:
            return known
    raise UnknownNameError("list", name, list(LISTS), f"(one of: {', '.join(LISTS)})")


def profile_named(name: str) -> Profile:
    """Raises UnknownNameError."""
    from zoo.errors import UnknownNameError
    from zoo_provenance.trust import Profile

    names = [str(p) for p in Profile]
    if name not in names:
        raise UnknownNameError("profile", name, names, f"(one of: {', '.join(names)})")
    return Profile(name)


def _print_changes(before: InstalledList, after: InstalledList) -> None:
    for sign, there, other in (("+", after, before), ("-", before, after)):
        known = {a.sha256 for a in other.all}
        for anchor in there.all:
            if anchor.sha256 not in known:
                print_result(f"  {sign} {anchor.sha256[:16]}  {printable(anchor.subject)}")


def _told(installed: InstalledList) -> str:
    single = f", {len(installed.leaves)} single signers" if installed.leaves else ""
    return (
        f"the {installed.name} list, installed on {installed.installed[:10]}, its newest "
        f"certificate of {installed.newest[:10]}: {len(installed.signers)} signers, "
        f"{len(installed.timestampers)} time-stampers{single}"
    )


def _list_table(installed: InstalledList) -> dict[str, Any]:
    return {
        "name": installed.name,
        "installed": installed.installed,
        "newest": installed.newest,
        "signers": len(installed.signers),
        "timestampers": len(installed.timestampers),
        "leaves": len(installed.leaves),
    }


def _table(anchor: Anchor) -> dict[str, Any]:
    return {
        "sha256": anchor.sha256,
        "name": anchor.name,
        "subject": anchor.subject,
        "valid_until": anchor.valid_until,
        "origin": anchor.origin,
    }
