"""Sets that may stand beside each other: seen by one extractor, against one reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zoo.evaluation.result import Conditions, Evaluation, Score
from zoo.evaluation.shown import shown_number

Remark = tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """``number`` tells groups of a page apart, from 1."""

    number: int
    evaluations: tuple[Evaluation, ...]

    @property
    def conditions(self) -> Conditions:
        """Those that all have in common; n and the set's own are the first one's."""
        return self.evaluations[0].conditions

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of what was measured of any of them, in order."""
        return tuple(dict.fromkeys(s.name for e in self.evaluations for s in e.scores))

    def of(self, name: str) -> list[tuple[Evaluation, Score]]:
        """The sets that were measured by it, with their scores."""
        found = ((e, e.score(name)) for e in self.evaluations)
        return [(e, score) for e, score in found if score is not None]

    def remarks(self) -> list[tuple[str, str]]:
        """Notes, each once, and the sets that it is about; "" for all of them."""
        said = ((e.set, [(note,) for note in e.conditions.notes]) for e in self.evaluations)
        return [(note, sets) for (note,), sets in self._about(said)]

    def refused(self) -> list[tuple[str, str, str]]:
        """(measure, why, sets), the same."""
        said = ((e.set, e.refused) for e in self.evaluations)
        return [(name, why, sets) for (name, why), sets in self._about(said)]

    def _about(self, said: Iterable[tuple[str, Sequence[Remark]]]) -> Iterator[tuple[Remark, str]]:
        found: dict[Remark, list[str]] = {}
        for name, remarks in said:
            for remark in remarks:
                found.setdefault(remark, []).append(name)
        for remark, names in found.items():
            yield remark, "" if len(names) == len(self.evaluations) else ", ".join(names)

    def subsamples(self) -> list[tuple[int, int]]:
        """(size, count) of the subsamples that intervals come from."""
        found = {(e.conditions.subsample_size, e.conditions.subsamples) for e in self.evaluations}
        return sorted(pair for pair in found if pair[1])

    def forced(self) -> bool:
        """Whether a score is among them that would have been refused."""
        return any(s.forced for e in self.evaluations for s in e.scores)

    def head(self) -> list[str]:
        """Of the table of numbers."""
        return ["", *(e.set for e in self.evaluations), "real pictures"]

    def rows(self) -> Iterator[list[str]]:
        """Of the same, one a measure."""
        for name in self.measures:
            real = self.real(name)
            cells = [_cell(e.score(name)) for e in self.evaluations]
            shown = "" if real is None else shown_number(real[1])
            yield [self.of(name)[0][1].shown, *cells, shown]

    def real(self, name: str) -> tuple[int, float] | None:
        """How many real pictures were measured, and what they score."""
        found = ((s.real_n or 0, s.real) for _, s in self.of(name) if s.real is not None)
        return next(found, None)


def _cell(score: Score | None) -> str:
    if score is None:
        return "–"
    value = f"{shown_number(score.value)}{' !' if score.forced else ''}"
    if score.interval is None:
        return value
    return f"{value} [{', '.join(map(shown_number, score.interval))}]"


def grouped(evaluations: Sequence[Evaluation]) -> tuple[Group, ...]:
    """Scores of unlike conditions never come into one group."""
    tables: dict[object, list[Evaluation]] = {}
    for each in evaluations:
        tables.setdefault(each.conditions.table, []).append(each)
    return tuple(Group(i, tuple(these)) for i, these in enumerate(tables.values(), start=1))
