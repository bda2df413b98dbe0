"""``zoo ledger``: what this installation issued."""

from __future__ import annotations

import json as jsonlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo_provenance.ledger import Row
    from zoo_provenance.ledger.check import Report
    from zoo_provenance.ledger.sql import SqlLedger

app = typer.Typer(
    help="Look into, export, check the ledger of your pictures.", no_args_is_help=True
)

_NONE_YET = "there is no ledger yet; it begins when the first picture is sealed"
_SHOWN_FAULTS = 20

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]


@app.command("list")
def list_rows(
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="How many, newest first.")] = 20,
    json: Json = False,
) -> None:
    """List the newest pictures."""
    ledger = _open()
    rows = list(ledger.rows(newest_first=True, limit=n)) if ledger else []
    if json:
        print_json({"schema": 1, "pictures": [_table(row) for row in rows]})
        return
    for row in rows:
        print_result(_line(row))
    if not rows:
        note(_NONE_YET if ledger is None else "the ledger is empty")


@app.command("show")
def show(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="A picture's id, or its file.")],
    json: Json = False,
) -> None:
    """Show everything the ledger holds on one picture."""
    row = _find(what)
    table = _table(row)
    if json:
        print_json({"schema": 1, "picture": table})
        return
    record = table.pop("record")
    for key, value in table.items():
        print_result(f"{key:12} {'' if value is None else printable(str(value))}")
    for key, value in (record or {}).items():
        print_result(f"  {printable(key):14} {printable(str(value))}")


@app.command("export")
def export(
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this new file instead of stdout.")
    ] = None,
) -> None:
    """Print every row as a line of JSON; thumbnail and manifest are in base64."""
    ledger = _open()
    if ledger is None:
        note(_NONE_YET)
        return
    lines = (jsonlib.dumps(_table(row) | _blobs(row)) for row in ledger.rows())
    if out is None:
        for line in lines:
            print_result(line)
    else:
        note(f"{_write_lines(out, lines)} rows written to {out}")


@app.command("check")
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Finish or undo what a killed process left.")
    ] = False,
    json: Json = False,
) -> None:
    """Find out whether rows were changed, removed or cut off. Exit code 1 where they were."""
    from zoo_provenance.ledger.check import check as check_ledger

    ledger = _open_for_repair() if repair else _open()
    if ledger is None:
        _must_not_be_lost()
        if json:
            print_json({"schema": 1, "ledger": None, "whole": True, "links": 0, "sealed": 0})
        else:
            print_result(_NONE_YET)
        return
    with ledger:
        report = check_ledger(ledger, repair=repair)
        if json:
            print_json(_report_table(report, ledger.place.shown))
        else:
            _print_report(report, repair=repair)
    if not report.whole:
        raise typer.Exit(1)


def _open() -> SqlLedger | None:
    from zoo_provenance.ledger.sql import open_ledger

    return open_ledger(create=False)


def _open_for_repair() -> SqlLedger | None:
    from zoo_provenance.identity import ensure_identity, load_identity
    from zoo_provenance.ledger.connect import find_place
    from zoo_provenance.ledger.sql import open_ledger

    place = find_place(None)
    if place.file and not place.file.exists():
        return None
    ledger = open_ledger(identity=load_identity(), create=True)
    if load_identity() is None and ledger.unfinished():
        ledger.close()
        return open_ledger(identity=ensure_identity(), create=True)
    return ledger


def _must_not_be_lost() -> None:
    from zoo_provenance.ledger.connect import find_place
    from zoo_provenance.ledger.sql import must_not_be_lost

    must_not_be_lost(find_place(None))


def _find(what: str) -> Row:
    from zoo.errors import UsageError
    from zoo_provenance.errors import LedgerError

    ledger = _open()
    if ledger is None:
        raise LedgerError(_NONE_YET)
    file = Path(what)
    if file.is_file():
        row = ledger.by_sha256(_sha256(file))
        if row is None:
            raise LedgerError(f"{file} is not in the ledger; 'zoo verify' looks further")
        return row
    if not re.fullmatch(r"[0-9a-fA-F]{1,10}", what):
        raise UsageError(f"{what!r} is neither a file nor an id of ten hex digits")
    row = ledger.by_id(int(what, 16))
    if row is None:
        raise LedgerError(f"no picture {what} in the ledger; see 'zoo ledger list'")
    return row


def _sha256(file: Path) -> str:
    import hashlib

    from zoo_provenance.errors import PictureError

    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise PictureError(f"cannot read {file}: {error.strerror}") from error


def _table(row: Row) -> dict[str, Any]:
    from zoo_provenance.ledger import format_id

    try:
        record = jsonlib.loads(row.record) if row.record else None
    except ValueError:
        record = {"unreadable": row.record}
    return {
        "id": format_id(row.id),
        "state": row.state.value,
        "created": row.created,
        "path": row.path,
        "sha256": row.sha256 or None,
        "fingerprint": row.fingerprint.hex() or None,
        "source_type": row.source_type or None,
        "link": row.link,
        "record": record,
    }


def _blobs(row: Row) -> dict[str, str]:
    from base64 import b64encode

    return {
        "thumbnail": b64encode(row.thumbnail).decode(),
        "manifest": b64encode(row.manifest).decode(),
    }


def _line(row: Row) -> str:
    table = _table(row)
    record = table["record"] if isinstance(table["record"], dict) else {}
    parts = [record.get("model"), record.get("label")]
    made = " ".join(printable(str(part)) for part in parts if part)
    return f"{table['id']}  {row.created}  {row.state.value:8}  {made}  {printable(row.path)}"


def _write_lines(out: Path, lines: Iterator[str]) -> int:
    """Write a new file under another name first, so that no half of it is left."""
    from zoo.errors import UsageError
    from zoo_provenance.errors import LedgerError

    if out.exists():
        raise UsageError(f"{out} is already there; name a new file")
    part = out.with_name(out.name + ".part")
    count = 0
    try:
        with part.open("w", encoding="utf-8") as stream:
            for count, line in enumerate(lines, start=1):  # noqa: B007
                stream.write(line + "\n")
        part.rename(out)
    except OSError as error:
        raise LedgerError(f"cannot write {out}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _report_table(report: Report, shown: str) -> dict[str, Any]:
    from dataclasses import asdict

    table = asdict(report)
    return {"schema": 1, "ledger": shown, "whole": report.whole, **table}


def _print_report(report: Report, *, repair: bool) -> None:
    done = report.repaired
    if done and (done.sealed or done.dropped):
        print_result(
            f"repaired: {done.sealed} pictures were complete and are sealed now, "
            f"{done.dropped} were not and were dropped"
        )
    if done and done.busy:
        print_result(f"{done.busy} pictures are being sealed by another process; left alone")
    if report.unfinished and not done:
        print_result(
            f"{report.unfinished} pictures are unfinished: being sealed right now, or left by a "
            "killed process; 'zoo ledger check --repair' finishes or drops the latter"
        )
    if report.ahead:
        print_result(
            f"the head file is {report.ahead} links behind, as after a crash; every link is sound, "
            "and --repair brings it up"
        )
    for fault in report.faults[:_SHOWN_FAULTS]:
        print_result(f"broken: {fault.message}")
    if len(report.faults) > _SHOWN_FAULTS:
        print_result(f"broken: … and {len(report.faults) - _SHOWN_FAULTS} more; --json lists all")
    counts = f"{report.sealed} sealed pictures in {report.links} links"
    if report.whole:
        print_result(f"whole: {counts}, none changed, removed or cut off")
    else:
        advice = "; nothing was repaired" if repair else ""
        print_result(f"NOT WHOLE: {counts}{advice}. Restore ledger and head from a backup.")
