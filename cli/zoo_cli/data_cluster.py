"""``zoo data cluster``: groups of unlabelled pictures, and their names as labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .data_check import watching
from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.data.cluster_pack import Grouped


def cluster(
    pack: Annotated[Path, typer.Argument(help="A packed data set.")],
    groups: Annotated[
        str | None, typer.Option(metavar="K", help="How many groups, or auto.")
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A judge, or timm:MODEL to fetch one from the Hub."),
    ] = None,
    sheets: Annotated[
        Path | None, typer.Option(help="Folder of the groups' sheets and table (PACK-groups).")
    ] = None,
    names: Annotated[
        Path | None, typer.Option(help="The table groups.csv with its names filled in.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="GROUP=NAME", help="A group's name; '-' drops it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="With names: write there, and keep the data set.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Of the grouping.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Group pictures by what a trained network sees in them, and give the groups names.

    First: zoo data cluster PACK --groups 8, and look at the sheets. Then fill in groups.csv and
    give it with --names, or name groups by --name 0=apple --name 1=-. Groups of one name become
    one label, and training uses the labels.
    """
    from zoo.data.cluster_files import TABLE, read_names
    from zoo.data.cluster_labels import parse_names, write_labels
    from zoo.data.cluster_pack import find_assignment
    from zoo.data.rewriting import recover
    from zoo.errors import UsageError
    from zoo.extras import require_clustering

    given = {**(read_names(names) if names else {}), **parse_names(name or [])}
    naming = names is not None or bool(name)
    if out is not None and not naming:
        raise UsageError("--out is where labels are written; name the groups first")
    require_clustering()
    recover(pack)
    count, where = _count(groups, naming=naming), _where(pack, sheets, names)
    assignment = find_assignment(pack, where, count, features) if naming else None
    if assignment is None:
        grouped = _group(pack, groups, count, where, features, seed)
        if not naming:
            _print_groups(grouped, as_json=json)
            note(f"look at the sheets in {where}, fill in {where / TABLE}, and then:")
            note(f"zoo data cluster {pack} --names {where / TABLE}")
            return
        assignment = find_assignment(pack, where, None, None)
        assert assignment is not None
    counts = write_labels(pack, assignment, given, out)
    _print_labels(counts, as_json=json)
    note(f"train on it: zoo train RECIPE --data {out or pack}")


def _count(groups: str | None, *, naming: bool) -> int | None:
    """How many groups are asked for; None for any number."""
    from zoo.errors import UsageError

    if groups is None and not naming:
        raise UsageError("say how many groups: --groups K, or --groups auto")
    if groups is None or groups == "auto":
        return None
    if not groups.isdecimal():
        raise UsageError(f"--groups {groups!r}: expected a number, or auto")
    return int(groups)


def _where(pack: Path, sheets: Path | None, names: Path | None) -> Path:
    from zoo.data.cluster_files import ASSIGNMENT

    if sheets is not None:
        return sheets
    if names is not None and (names.parent / ASSIGNMENT).exists():
        return names.parent
    return pack.parent / f"{pack.resolve().name}-groups"


def _group(
    pack: Path, groups: str | None, count: int | None, where: Path, features: str | None, seed: int
) -> Grouped:
    from zoo.data.card import read_card
    from zoo.data.cluster_pack import cluster as cluster_pack
    from zoo.errors import UsageError

    if groups is None:
        raise UsageError(
            f"there are no groups in {where} to give names to; make them first: "
            f"zoo data cluster {pack} --groups K"
        )
    total = sum(read_card(pack)["counts"].values())
    with watching("features", total) as advance:
        return cluster_pack(pack, count, where, features=features, seed=seed, advance=advance)


def _print_groups(grouped: Grouped, *, as_json: bool) -> None:
    figures = {
        "silhouette": grouped.silhouette,
        "purity": grouped.purity,
        "nmi": grouped.nmi,
    }
    if as_json:
        print_json({
            "schema": 1,
            "features": grouped.features,
            "revision": grouped.revision,
            **{key: None if value is None else round(value, 4) for key, value in figures.items()},
            "groups": [
                {"group": group, "count": count, "sheet": str(sheet)}
                for group, (count, sheet) in enumerate(
                    zip(grouped.counts, grouped.sheets, strict=True)
                )
            ],
        })  # fmt: skip
        return
    print_result(f"{len(grouped.counts)} groups by the features of {grouped.features}")
    for group, (count, sheet) in enumerate(zip(grouped.counts, grouped.sheets, strict=True)):
        print_result(printable(f"  {group:>4}{count:>9,}  {sheet}"))
    print_result(f"  silhouette {grouped.silhouette:.3f} (-1 to 1)")
    if grouped.purity is not None and grouped.nmi is not None:
        print_result(
            f"  against the labels that are there: purity {grouped.purity:.3f}, "
            f"normalised mutual information {grouped.nmi:.3f}"
        )


def _print_labels(counts: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json({"schema": 1, "labels": counts})
        return
    for label, count in counts.items():
        print_result(printable(f"{count:>9,}  {label}"))
