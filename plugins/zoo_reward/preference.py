"""What people prefer, learnt from their comparisons."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from zoo.errors import UsageError
from zoo.evaluation.extractor import default_extractor
from zoo.judging import LoadedJudge, load_judge
from zoo.rating.preferences import Compared, Comparison, read_picture, read_preferences
from zoo_provenance.pictures import open_lazily, to_rgb

from .comparisons import SHUFFLES, Learnt, learn

MOST_P = 0.05
"""Above it, what was learnt may be chance, and is refused."""
MOST_LOG_ODDS = 20.0
"""Larger odds mean nothing, and are told as these."""


class LearntPreference:
    """A linear score of a judge's pooled feature maps; ``facts`` say how far it can be trusted, and
    ``explained`` what they mean."""

    def __init__(
        self,
        judge: LoadedJudge,
        head: Tensor,
        facts: dict[str, str | float],
        explained: tuple[str, ...],
    ) -> None:
        self.judge, self.head, self.facts, self.explained = judge, head, facts, explained

    def meaning(self, before: float, after: float) -> str:
        """What a change of the mean reward means, in odds."""
        change = after - before
        which = "after tuning" if change >= 0 else "before tuning"
        return (
            f"by what was learnt, the picture {which} is preferred with odds of "
            f"{math.exp(min(abs(change), MOST_LOG_ODDS)):.3g} to 1 (the reward is in log-odds; e "
            f"to the power of {abs(change):.2g}). That is the reward's own opinion: only people "
            "can say whether they agree"
        )

    def __call__(
        self, pictures: Tensor, labels: Tensor | None, label_names: tuple[str, ...]
    ) -> Tensor:
        """Log-odds (B,), up to a constant, of being preferred."""
        del labels, label_names
        return pooled(self.judge, pictures) @ self.head


def pooled(judge: LoadedJudge, pictures: Tensor) -> Tensor:
    """The means (B, D) of all channels of a judge's feature maps, from fine to coarse, of pictures
    (B, 3, H, W) in [-1, 1]. Differentiable.

    Its last features alone are much the same for all pictures of a label, which it was trained to
    recognise; what people compare is often of one label.
    """
    return torch.cat([maps.mean((2, 3)) for maps in judge.maps(pictures)], dim=1)


def build(device: torch.device, file: Path) -> LearntPreference:
    """The reward's factory: learns from the preferences in ``file``.

    Raises UsageError where they, or their pictures, cannot be read, or where what was learnt
    predicts held-out comparisons no better than a coin.
    """
    comparisons = read_preferences(file)
    pictures = list(dict.fromkeys(p for c in comparisons for p in c.pictures))
    judge = load_judge(default_extractor([p.label for p in pictures if p.label]), device=device)
    features = _features(judge, file, pictures)
    rows = {picture: row for row, picture in enumerate(pictures)}
    winners, losers = (_rows(rows, comparisons, loses=loses) for loses in (False, True))
    learnt = learn(features, winners, losers)
    if learnt.p > MOST_P:
        raise UsageError(
            f"what was learnt from {file} predicts {learnt.accuracy:.2f} of held-out comparisons "
            f"(guessing: 0.5), and answers at random would be predicted as well with probability "
            f"{learnt.p:.2f} (more than {MOST_P}): it may be chance, so the model is not tuned to "
            f"it. Collect more than these {len(comparisons)} comparisons, of other pictures: zoo "
            "rate which-is-better … with a larger -n and another --seed"
        )
    head = torch.from_numpy(learnt.head).float().to(device)
    facts = _facts(file, judge, learnt, len(comparisons), len(pictures))
    return LearntPreference(judge, head, facts, _explained(learnt))


def _rows(
    rows: dict[Compared, int], comparisons: list[Comparison], *, loses: bool
) -> NDArray[np.int64]:
    return np.array([rows[c.pictures[c.winner ^ loses]] for c in comparisons], dtype=np.int64)


@torch.no_grad()
def _features(judge: LoadedJudge, file: Path, pictures: list[Compared]) -> NDArray[np.float64]:
    """(M, D), a picture at a time, for they may differ in size."""
    found = []
    for picture in pictures:
        pixels = np.asarray(to_rgb(open_lazily(read_picture(file, picture))))
        tensor = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].to(judge.mean.device)
        found.append(pooled(judge, tensor.float() / 127.5 - 1)[0].double().cpu().numpy())
    return np.stack(found)


def _facts(
    file: Path, judge: LoadedJudge, learnt: Learnt, comparisons: int, pictures: int
) -> dict[str, str | float]:
    return {
        "file_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "judge": f"{judge.name}@{judge.revision}",
        "comparisons": comparisons,
        "pictures": pictures,
        "held_out_accuracy": learnt.accuracy,
        "p": learnt.p,
    }


def _explained(learnt: Learnt) -> tuple[str, str]:
    """What accuracy and p mean."""
    as_good = round(learnt.p * (1 + SHUFFLES)) - 1
    if as_good:
        chance = f"{as_good} of {SHUFFLES} shuffles of the answers were predicted as well"
    else:
        chance = (
            f"none of {SHUFFLES} shuffles of the answers was predicted as well; "
            f"{learnt.p:.2g} is the lowest value that so many can give, so that p may be lower"
        )
    return (
        f"held out accuracy {learnt.accuracy:.2f}: the share of comparisons that was predicted "
        "from the others, of other pictures; guessing gives 0.5, and 1 is not to be had where "
        "people differ",
        f"p {learnt.p:.2g}, how probable so much would be by chance: {chance}",
    )
