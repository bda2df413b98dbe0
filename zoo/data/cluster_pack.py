"""From a packed data set to groups on the disk, ready to be looked at and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zoo.errors import UsageError

from .card import read_card
from .cluster import Groups, check_count, embed, find_groups, mutual_information, purity
from .cluster_files import (
    ASSIGNMENT,
    Assignment,
    check_free,
    counts_of,
    read_assignment,
    write_assignment,
    write_sheets,
    write_table,
)
from .pack import Pictures, load_pack
from .rewriting import SPLITS


@dataclass(frozen=True)
class Grouped:
    """What was found: pictures by group (train and test together), the groups' sheets, the judge
    whose features were used, and, where the data set has labels already, how well groups and labels
    agree on the training split: ``purity`` and normalised mutual information ``nmi``, 0 to 1.
    """

    folder: Path
    counts: tuple[int, ...]
    sheets: tuple[Path, ...]
    features: str
    revision: str
    silhouette: float
    purity: float | None
    nmi: float | None


def cluster(
    pack: Path,
    count: int | None,
    folder: Path,
    *,
    features: str | None = None,
    seed: int = 0,
    advance: Callable[[int], object] | None = None,
) -> Grouped:
    """Group the pictures of ``pack`` and write sheets, ``groups.csv`` and ``groups.json``.

    ``count`` None chooses the number of groups; ``features`` names a judge (Zoo's own default, a
    plugin's, or ``timm:MODEL``). The same seed gives the same groups on the same machine. Raises
    DataError, UsageError, and what :func:`zoo.judging.load_judge` raises.
    """
    from zoo.judging import load_judge

    check_free(folder)
    held = [split for split in SPLITS if read_card(pack)["counts"].get(split)]
    pictures = {split: load_pack(pack, split) for split in held}
    check_count(len(pictures.get("train", ())), count)
    judge = load_judge(features) if features else load_judge()
    found = {split: embed(judge, own, advance) for split, own in pictures.items()}
    groups = find_groups(found, count, seed)
    folder.mkdir(parents=True, exist_ok=True)
    made = {"features": judge.name, "revision": judge.revision, "seed": seed}
    sheets = write_sheets(folder, pictures["train"], groups)
    write_table(folder, groups)
    write_assignment(folder, pack, groups, made)
    return Grouped(
        folder,
        tuple(counts_of(groups.of, groups.count)),
        tuple(sheets),
        judge.name,
        judge.revision,
        groups.silhouette,
        *_agreement(groups, pictures["train"]),
    )


def find_assignment(
    pack: Path, folder: Path, count: int | None, features: str | None
) -> Assignment | None:
    """The groups that ``folder`` holds, None where it holds none.

    Raises UsageError where others are asked for: names belong to the groups that were looked at.
    """
    if not (folder / ASSIGNMENT).exists():
        return None
    found = read_assignment(folder, pack)
    if count not in (None, found.count) or features not in (None, found.made.get("features")):
        raise UsageError(
            f"{folder} holds {found.count} groups by {found.made.get('features')}, and names "
            "belong to these: leave --groups and --features away, or group anew without names"
        )
    return found


def _agreement(groups: Groups, pictures: Pictures) -> tuple[float, float] | tuple[None, None]:
    if len(pictures.names) < 2:
        return None, None
    labels = pictures.labels.numpy().astype(np.int64)
    return purity(groups.of["train"], labels), mutual_information(groups.of["train"], labels)
