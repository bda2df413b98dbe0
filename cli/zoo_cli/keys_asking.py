"""What the commands about keys ask the person at the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from .output import note


def agreed_to_lose_the_key(yes: bool, question: str) -> bool:
    """Whether the present identity may go, if there is one: ``--yes``, or somebody says so now.

    Raises UsageError where nobody can be asked.
    """
    from zoo.errors import UsageError
    from zoo_provenance.signing.own import Kind, kind_of
    from zoo_provenance.signing.store import identity_folder

    folder = identity_folder()
    if yes or not folder.is_dir():
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            "the key of the present identity is removed, which cannot be undone ('zoo keys export "
            "--private' keeps it): say --yes to do it unasked"
        )
    if kind_of(folder) is Kind.PKCS11:
        note("The key stays in its token, and is not used any more.")
    else:
        note("The present key cannot be brought back, unless zoo keys export --private kept it.")
    note(
        "Pictures signed with it stay readable, but will read as claimed, not as declared, unless\n"
        "its root certificate is trusted."
    )
    return typer.confirm(question, err=True)


def passphrase(file: Path, given: Path | None, *, confirm: bool = False) -> bytes:
    """That of a file: from the file ``given``, or asked for.

    Raises UsageError where nobody can be asked.
    """
    from zoo.errors import UsageError
    from zoo_provenance.signing.files import read_passphrase

    if given is not None:
        return read_passphrase(given)
    if not sys.stdin.isatty():
        raise UsageError(f"{file} needs a passphrase; give it in a file: --passphrase-file FILE")
    asked: str = typer.prompt(
        f"Passphrase of {file}", hide_input=True, confirmation_prompt=confirm, err=True
    )
    return asked.encode()
