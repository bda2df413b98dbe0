"""What a run's folder tells beside its weights: scores that were measured, and its data's card."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_MOST = 2**24
_MOST_SCORES = 64


class Scores(NamedTuple):
    """Scores of one evaluation, each (name, value, interval or None), and what they depend on."""

    scores: tuple[tuple[str, float, tuple[float, float] | None], ...]
    features: str
    reference: str
    n: int


class Found(NamedTuple):
    """The evaluations of a model, and the files of others that are older than its weights."""

    scores: tuple[Scores, ...]
    stale: tuple[Path, ...]


def find_scores(run: Path, subject: str, weights: Path) -> Found:
    """The evaluations of ``subject``, a card's id, in the JSON files of a folder, as ``zoo evaluate
    --json`` or ``--report`` writes them; the same one only once. A file that is older than the
    ``weights`` may be of others, and does not count."""
    newer: list[Scores] = []
    stale: list[Path] = []
    for path in _files(run):
        scores = tuple(_of_file(path, subject))
        if scores and path.stat().st_mtime < weights.stat().st_mtime:
            stale.append(path)
        else:
            newer += scores
    return Found(tuple(dict.fromkeys(newer)), tuple(stale))


def find_data(run: Path) -> dict[str, Any]:
    """What the data of a run were, where its packed data set is still there: ``name``, ``created``,
    ``counts`` and ``licences`` of its pictures, and ``left_out``, how many forbade training."""
    about = _table(run / "run.json").get("data")
    card = _table(Path(about) / "data.json") if isinstance(about, str) else {}
    facts = {
        name: card[name]
        for name, kind in {"name": str, "created": str, "counts": dict, "licences": dict}.items()
        if isinstance(card.get(name), kind)
    }
    if isinstance(card.get("excluded"), list):
        facts["left_out"] = len(card["excluded"])
    return facts


def _files(run: Path) -> Iterator[Path]:
    yield from sorted(run.glob("*.json"))
    yield from sorted(run.glob("*/scores.json"))


def _of_file(path: Path, subject: str) -> Iterator[Scores]:
    table = _table(path)
    evaluations = table.get("evaluations", [table])
    for evaluation in evaluations if isinstance(evaluations, list) else []:
        try:
            if evaluation["set"] == subject:
                yield _scores(evaluation)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue


def _scores(evaluation: dict[str, Any]) -> Scores:
    conditions = evaluation["conditions"]
    scores = []
    for measure in evaluation["measures"][:_MOST_SCORES]:
        value, interval = float(measure["value"]), measure["interval"]
        if math.isfinite(value):
            ends = None if interval is None else (float(interval[0]), float(interval[1]))
            scores.append((str(measure["shown"])[:80], value, ends))
    features = f"{conditions['features']}@{conditions['revision']}"
    return Scores(
        tuple(scores), features, str(conditions["reference"] or "none"), int(conditions["n"])
    )


def _table(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > _MOST:
            return {}
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}
