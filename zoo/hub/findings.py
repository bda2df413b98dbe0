"""What a run's folder tells beside its weights: scores that were measured, and its data's card."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from zoo_provenance.text import clean

_MOST = 2**24
_MOST_SCORES = 64
_MOST_NOTES = 16
_MOST_NOTE = 1000


class Scores(NamedTuple):
    """Scores of one evaluation, each (name, value, interval or None), and what they depend on."""

    scores: tuple[tuple[str, float, tuple[float, float] | None], ...]
    features: str
    reference: str | None
    n: int
    notes: tuple[str, ...] = ()


class Found(NamedTuple):
    """The evaluations of a model, the files of others that are older than its weights, and why each
    file that cannot be read is not counted (``unread``)."""

    scores: tuple[Scores, ...]
    stale: tuple[Path, ...]
    unread: tuple[str, ...]


def find_scores(run: Path, subject: str, weights: Path) -> Found:
    """The evaluations of ``subject``, a card's id, in the JSON files of a folder, as ``zoo evaluate
    --json`` or ``--report`` writes them; the same one only once. A file that is older than the
    ``weights`` may be of others, and does not count."""
    newer: list[Scores] = []
    stale: list[Path] = []
    unread: list[str] = []
    for path in _files(run):
        try:
            scores = tuple(_of_file(_read(path), subject))
        except (OSError, ValueError, RecursionError) as error:
            unread.append(f"{path} is no JSON of zoo evaluate: {clean(error, 200)}")
            continue
        if scores and path.stat().st_mtime < weights.stat().st_mtime:
            stale.append(path)
        else:
            newer += scores
    return Found(tuple(dict.fromkeys(newer)), tuple(stale), tuple(unread))


def find_data(run: Path) -> dict[str, Any]:
    """What the data of a run were, where its packed data set is still there: ``name``, ``created``,
    ``counts`` and ``licences`` of its pictures, and ``left_out``, how many forbade training."""
    folder = _data_folder(run)
    card = _table(folder / "data.json") if folder else {}
    facts = {
        name: card[name]
        for name, kind in {"name": str, "created": str, "counts": dict, "licences": dict}.items()
        if isinstance(card.get(name), kind)
    }
    if isinstance(card.get("excluded"), list):
        facts["left_out"] = len(card["excluded"])
    return facts


def find_reference(run: Path) -> str | None:
    """What a run's model is best measured against: pictures of its data that were not trained on,
    as ``--against`` takes them. None where they are not there."""
    folder = _data_folder(run)
    counts = _table(folder / "data.json").get("counts") if folder else None
    return f"{folder}:test" if isinstance(counts, dict) and counts.get("test") else None


def _data_folder(run: Path) -> Path | None:
    about = _table(run / "run.json").get("data")
    return Path(about) if isinstance(about, str) else None


def _files(run: Path) -> Iterator[Path]:
    yield from sorted(run.glob("*.json"))
    yield from sorted(run.glob("*/scores.json"))


def _of_file(table: dict[str, Any], subject: str) -> Iterator[Scores]:
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
    reference = conditions["reference"]
    return Scores(
        tuple(scores),
        features,
        str(reference) if reference else None,
        int(conditions["n"]),
        tuple(str(note)[:_MOST_NOTE] for note in conditions.get("notes", ())[:_MOST_NOTES]),
    )


def _table(path: Path) -> dict[str, Any]:
    """What a file holds that may not be there, nor be whole."""
    try:
        return _read(path)
    except (OSError, ValueError, RecursionError):
        return {}


def _read(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _MOST:
        raise ValueError(f"it has more than {_MOST:,} bytes")
    table = json.loads(path.read_text("utf-8"))
    return table if isinstance(table, dict) else {}
