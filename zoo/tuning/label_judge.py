"""A judge that reads a model's labels: the two know them by their names."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from zoo.errors import UsageError
from zoo.judging import load_judge
from zoo.plugins import plugin_manager


class LabelJudge:
    """The judge ``name``, asked in the order of a model's ``labels``, all of which it knows."""

    def __init__(self, name: str, labels: Sequence[str], device: torch.device) -> None:
        self.name = name
        self.judge = load_judge(name, device=device)
        places = {label.casefold(): place for place, label in enumerate(self.judge.labels)}
        own = [places.pop(label.casefold()) for label in labels]
        self._order = torch.tensor([*own, *places.values()], device=device)

    def logits(self, pictures: Tensor) -> Tensor:
        """Logits (B, K) of pictures (B, 3, H, W) in [-1, 1]: first the model's labels in its own
        order, then what else the judge knows. Differentiable."""
        return self.judge.logits(pictures)[:, self._order]


def judge_that_knows(labels: Sequence[str]) -> str:
    """The name of the first registered judge that knows all ``labels``, case ignored.

    Raises UsageError, which says what the best one lacks.
    """
    wanted = {label.casefold(): label for label in labels}
    unknown = {
        name: [label for fold, label in wanted.items() if fold not in known]
        for name, judge in plugin_manager().judges().items()
        for known in [{label.casefold() for label in judge.labels}]
    }
    if not unknown:
        raise UsageError("no judge is installed (zoo plugins says what is)")
    name = min(unknown, key=lambda judge: len(unknown[judge]))
    if missing := unknown[name]:
        some = ", ".join(map(repr, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise UsageError(
            f"no judge knows all labels of the model: {name} lacks {len(missing)} of "
            f"{len(wanted)} ({some}). Train one on the same data (zoo train judge) and register it "
            "with zoo_judges"
        )
    return name
