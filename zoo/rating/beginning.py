"""Beginning a study: from the names of sets to a file that people can rate."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from zoo_provenance.home import make_home, zoo_home

from ..errors import UsageError
from .choosing import Supply, smallest_side
from .contents import Contents
from .creating import check_new, create_study
from .database import now
from .pictures import shown
from .planning import Group, Plan, assign_labels, common_labels, groups
from .study import Kind, Study

SIDE_MOST = 512
"""Pictures larger than this are scaled down, unless a size is asked for."""


def begin_study(
    file: Path, plan: Plan, sets: Sequence[str], *, raters: int = 1, device: str | None = None
) -> Study:
    """Choose, generate and prepare the pictures of a study, and write it to a new file.

    ``sets`` are folders of pictures, packed data sets or models. For ``real-or-generated`` they
    are two, the real one first; for ``which-is-better`` one or more. ``device`` is where models
    run. Raises UsageError, StudyError, or what opening a set raises.
    """
    check_new(file)
    _check_sets(plan, sets)
    wanted = groups(plan, len(sets))
    need = Counter(place for group in wanted for place in group)
    supplies = [
        Supply(name, need=need[place] or 1, seed=plan.seed, device=device)
        for place, name in enumerate(sets)
    ]
    for name, times in Counter(supply.set.name for supply in supplies).items():
        if times > 1:
            raise UsageError(f"{name} is given twice; give each set once")
    labels, matched = _labels(wanted, supplies, plan.seed)
    by_set: list[list[str | None]] = [[] for _ in sets]
    for group, label in zip(wanted, labels, strict=True):
        for place in group:
            by_set[place].append(label)
    for supply, asked in zip(supplies, by_set, strict=True):
        supply.ask_for([label for label in asked if label is not None])
    side = plan.side or min(SIDE_MOST, smallest_side(supplies, by_set))
    taken = [
        supply.take(asked, side, lambda picture: shown(picture, side))
        for supply, asked in zip(supplies, by_set, strict=True)
    ]
    contents = Contents(plan, wanted, taken, _sets(plan, supplies))
    study = Study(
        id=secrets.token_hex(8),
        kind=plan.kind,
        seed=plan.seed,
        questions=contents.questions,
        sets=tuple(supply.set.name for supply in supplies),
        side=side,
        created=now(),
        time_limit=plan.time_limit,
        about=(matched, *_about(side, supplies)),
    )
    create_study(file, study, contents.pngs, contents.items, contents.units, raters)
    return study


def _check_sets(plan: Plan, sets: Sequence[str]) -> None:
    count = {"real-or-generated": 2}.get(plan.kind)
    if not sets or (count is not None and len(sets) != count):
        raise UsageError(f"{plan.kind} takes {count or 'at least 1'} sets; got {len(sets)}")


def _sets(plan: Plan, supplies: Sequence[Supply]) -> list[tuple[str, bool | None]]:
    """Each set's name, and whether its pictures are generated: as the user says, or else what a
    model makes."""
    names = [supply.set.name for supply in supplies]
    if plan.kind == "real-or-generated":
        return list(zip(names, (False, True), strict=True))
    return [(s.set.name, None if s.model is None else True) for s in supplies]


def _labels(
    wanted: Sequence[Group], supplies: Sequence[Supply], seed: int
) -> tuple[list[str] | list[None], str]:
    """A label for each group, and a sentence on it."""
    stocks = [supply.stock() for supply in supplies]
    if common_labels(stocks):
        labels = assign_labels(wanted, stocks, seed)
        many = len(set(labels))
        what = "one label" if many == 1 else f"{many} labels"
        return labels, f"labels are matched: {what}, equally often in every set"
    blind = [s.name for s, stock in zip(supplies, stocks, strict=True) if stock is None]
    why = f"none are known of {blind[0]}" if blind else "the sets have none in common"
    return [None] * len(wanted), _unmatched(why, len(supplies))


def _unmatched(why: str, sets: int) -> str:
    """What it means for a study that labels are not matched."""
    said = f"labels are not matched: {why}; pictures were chosen whatever they show"
    if sets == 1:
        return said
    return f"{said}, so that what is on a picture may tell which set it is from"


def _about(side: int, supplies: Sequence[Supply]) -> list[str]:
    """How the pictures were prepared, and which were left out."""
    lines = [
        f"pictures are shown at {side} x {side} pixels; of others the middle square was taken and "
        "scaled (Lanczos, antialiased)"
    ]
    for supply in supplies:
        for name, why in supply.set.excluded:
            lines.append(f"left out of {supply.name}: {name}: {why}")
    return lines


def new_file(kind: Kind) -> Path:
    """A new name for a study in the home of Zoo."""
    stem = f"{kind}-{now().replace(':', '')}"
    return make_home(zoo_home()) / "studies" / f"{stem}.sqlite"
