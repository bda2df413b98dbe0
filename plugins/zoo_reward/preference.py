"""What people prefer, learnt from their comparisons."""

from __future__ import annotations

import hashlib
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

from .comparisons import Learnt, learn

MOST_P = 0.05
"""Above it, what was learnt may be chance, and is refused."""


class LearntPreference:
    """A linear score of a judge's pooled feature maps; ``facts`` say how far it can be trusted."""

    def __init__(self, judge: LoadedJudge, head: Tensor, facts: dict[str, str | float]) -> None:
        self.judge, self.head, self.facts = judge, head, facts

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
            f"what was learnt from {file} predicts {learnt.accuracy:.2f} of held-out comparisons, "
            f"and answers at random would be predicted as well with probability {learnt.p:.2f} "
            f"(more than {MOST_P}): its gradient would mean nothing. Collect more than these "
            f"{len(comparisons)} comparisons, of more pictures, or clearer ones"
        )
    head = torch.from_numpy(learnt.head).float().to(device)
    return LearntPreference(
        judge, head, _facts(file, judge, learnt, len(comparisons), len(pictures))
    )


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
