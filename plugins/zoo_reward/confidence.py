"""The label classifier's confidence in the asked label."""

from __future__ import annotations

import torch
from torch import Tensor

from zoo.errors import UsageError
from zoo.tuning.label_judge import LabelJudge, judge_that_knows


class LabelConfidence:
    """log p(asked label | picture), natural, of a registered judge that knows all labels by name.

    To follow a classifier's gradient is the guidance of Dhariwal & Nichol (2021, arXiv:2105.05233,
    section 4), here put into the generator's weights. A classifier can be fooled by patterns that
    nobody sees: its own accuracy afterwards proves little.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._judges: dict[tuple[str, ...], LabelJudge] = {}

    @property
    def judges(self) -> tuple[str, ...]:
        """Names of those that were asked."""
        return tuple(judge.name for judge in self._judges.values())

    def __call__(
        self, pictures: Tensor, labels: Tensor | None, label_names: tuple[str, ...]
    ) -> Tensor:
        if labels is None:
            raise UsageError("label-confidence needs a model with labels")
        if label_names not in self._judges:
            name = judge_that_knows(label_names)
            self._judges[label_names] = LabelJudge(name, label_names, self.device)
        logits = self._judges[label_names].logits(pictures)
        return logits.log_softmax(1).gather(1, labels[:, None]).squeeze(1)


def build(device: torch.device) -> LabelConfidence:
    """The reward's factory."""
    return LabelConfidence(device)
