"""What goes into a study's file: its pictures, its items, and what is asked about them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import UsageError
from .choosing import Taken
from .creating import Unit
from .pictures import as_png, damaged
from .planning import Group, Plan
from .study import SCALES, Item, Question


class Contents:
    """``pngs`` by sha256, ``items``, ``units`` and ``questions`` of a study."""

    def __init__(
        self,
        plan: Plan,
        wanted: Sequence[Group],
        taken: Sequence[Sequence[Taken]],
        sets: Sequence[tuple[str, bool | None]],
    ) -> None:
        """``taken`` holds each set's pictures in the order of the groups; ``sets`` are their names
        and whether their pictures are generated (None: nobody said)."""
        self.plan = plan
        self.pngs: dict[str, bytes] = {}
        self.items: list[Item] = []
        self.units: list[Unit] = []
        self._taken: list[Taken] = []
        rest = [iter(pictures) for pictures in taken]
        members = [
            [self._item(next(rest[place]), *sets[place]) for place in group] for group in wanted
        ]
        self.questions = self._questions()
        for numbers in members:
            self._ask(numbers)
        chance = np.random.default_rng([plan.seed, 3])
        for number in chance.integers(len(self.items), size=plan.catch_count).tolist():
            self._catch(number, chance)

    def _item(self, taken: Taken, name: str, generated: bool | None) -> int:
        sha256, png = as_png(taken.pixels)
        self.pngs[sha256] = png
        self.items.append(Item(sha256, name, generated, taken.label, taken.source, taken.record))
        self._taken.append(taken)
        return len(self.items) - 1

    def _questions(self) -> tuple[Question, ...]:
        if self.plan.kind != "scales":
            return (self.plan.kind,)
        labelled = all(item.label is not None for item in self.items)
        if "fit" in self.plan.scales and not labelled:
            raise UsageError("the scale 'fit' needs labels, and not all of the pictures have one")
        return self.plan.scales or tuple(q for q in SCALES if q != "fit" or labelled)

    def _ask(self, numbers: list[int]) -> None:
        """The units of a group."""
        kind = self.plan.kind
        if kind == "which-is-better":
            self.units.append(Unit(kind, tuple(numbers)))
            return
        for number in numbers:
            if kind == "real-or-generated":
                truth = "generated" if self.items[number].generated else "real"
                self.units.append(Unit(kind, (number,), expected=(truth,)))
            else:
                self.units += [Unit(question, (number,)) for question in self.questions]

    def _catch(self, number: int, chance: np.random.Generator) -> None:
        """A unit about a spoilt copy of an item. What is beautiful is a matter of taste, so that
        scale has none where another is asked."""
        item = self.items[number]
        sha256, png = as_png(damaged(self._taken[number].pixels, chance))
        self.pngs[sha256] = png
        self.items.append(
            Item(sha256, item.set, item.generated, item.label, item.source, item.record, True)
        )
        spoilt = len(self.items) - 1
        kind = self.plan.kind
        if kind == "which-is-better":
            self.units.append(Unit(kind, (number, spoilt), catch=True, expected=("left",)))
        elif kind == "real-or-generated":
            self.units.append(Unit(kind, (spoilt,), catch=True, expected=("generated",)))
        else:
            asked = tuple(q for q in self.questions if q != "aesthetics") or self.questions
            question: Question = asked[int(chance.integers(len(asked)))]
            self.units.append(Unit(question, (spoilt,), catch=True, expected=("1", "2")))
