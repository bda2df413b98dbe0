"""Sets that may stand beside each other: seen by one extractor, against one reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zoo.evaluation.real_words import HEADS, real_gaps, real_head, real_legend, real_sign
from zoo.evaluation.result import Conditions, Evaluation, Score
from zoo.evaluation.shown import shown_number
from zoo.evaluation.subsample_words import subsamples

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

    def subsamples(self) -> list[tuple[int, int, str]]:
        """(count, size, sets) of the subsamples that intervals come from."""
        return subsamples(self.evaluations)

    def forced(self) -> bool:
        """Whether a score is among them that would have been refused."""
        return any(s.forced for e in self.evaluations for s in e.scores)

    def head(self) -> list[str]:
        """Of the table of numbers."""
        return ["", *(e.set for e in self.evaluations), self.real_head()]

    def rows(self) -> Iterator[list[str]]:
        """Of the same, one a measure."""
        for name in self.measures:
            cells = [_cell(e.score(name)) for e in self.evaluations]
            yield [self.of(name)[0][1].shown, *cells, self._real_cell(name)]

    def real_head(self) -> str:
        """What the marks of real pictures are of."""
        return real_head(self._scores())

    def real_of(self, name: str) -> str:
        """Whose the mark of a measure is: "the reference"."""
        kinds = (score.real_of for _, score in self.of(name))
        return next((HEADS[kind] for kind in kinds if kind is not None), "")

    def real_gap(self, name: str) -> str:
        """Why there is no mark beside a measure; "" where there is one."""
        return "" if self.real(name) else next((s.real_why or "" for _, s in self.of(name)), "")

    def real_legends(self) -> list[str]:
        """Which pictures they are, by name."""
        return [*filter(None, dict.fromkeys(map(real_legend, self.evaluations)))]

    def real_gaps(self) -> list[tuple[str, str]]:
        """(measures, why) of those without a mark."""
        return [*real_gaps(self.evaluations)]

    def _real_cell(self, name: str) -> str:
        for _, score in self.of(name):
            if score.real is not None:
                return f"{shown_number(score.real)}{real_sign(score, self._scores())}"
        return "–"

    def _scores(self) -> list[Score]:
        return [score for each in self.evaluations for score in each.scores]

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
