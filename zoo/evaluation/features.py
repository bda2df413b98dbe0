"""What a judge sees in pictures. Measured on quantised pictures, as they would leave: uint8."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from zoo.errors import UsageError

if TYPE_CHECKING:
    from zoo.judging import LoadedJudge

Pictures = Tensor | Iterable[NDArray[np.uint8]]
"""A uint8 tensor (N, 3, H, W), as data packs hold, or uint8 arrays (H, W, 3) of one size, as
``zoo.Picture`` holds."""


def features_of(judge: LoadedJudge, pictures: Pictures, batch: int = 64) -> NDArray[np.float32]:
    """The judge's features of all pictures: float32 (N, D). Raises UsageError."""
    return _gather(judge, judge.features, pictures, batch)


def logits_of(judge: LoadedJudge, pictures: Pictures, batch: int = 64) -> NDArray[np.float32]:
    """The judge's logits over its ``labels``: float32 (N, K). Raises UsageError."""
    if not judge.labels:
        raise UsageError(f"judge {judge.name!r} knows no labels; ask one that classifies")
    return _gather(judge, judge.logits, pictures, batch)


@torch.inference_mode()
def _gather(
    judge: LoadedJudge, see: Callable[[Tensor], Tensor], pictures: Pictures, batch: int
) -> NDArray[np.float32]:
    if batch < 1:
        raise UsageError(f"batch is {batch}; expected at least 1 picture")
    seen = []
    for part in _batches(pictures, batch):
        seen.append(see(part.to(judge.mean.device).float() / 127.5 - 1).float().cpu())
    if not seen:
        raise UsageError("no pictures to measure")
    values: NDArray[np.float32] = torch.cat(seen).numpy()
    return values


def _batches(pictures: Pictures, batch: int) -> Iterator[Tensor]:
    """Checked uint8 tensors (B, 3, H, W)."""
    if isinstance(pictures, Tensor):
        parts = (pictures[i : i + batch] for i in range(0, len(pictures), batch))
    else:
        parts = (_stacked(arrays) for arrays in _chunks(pictures, batch))
    for part in parts:
        if part.dtype != torch.uint8 or part.ndim != 4 or part.shape[1] != 3:
            raise UsageError(
                "expected pictures as a uint8 tensor (N, 3, H, W) or as uint8 arrays (H, W, 3); "
                f"got {part.dtype}, {tuple(part.shape)}"
            )
        yield part


def _stacked(arrays: list[NDArray[np.uint8]]) -> Tensor:
    if len({a.shape for a in arrays}) > 1 or arrays[0].ndim != 3:
        shapes = sorted({a.shape for a in arrays})
        raise UsageError(f"expected uint8 arrays (H, W, 3) of one size; got {shapes}")
    return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2)


def _chunks(pictures: Iterable[NDArray[np.uint8]], batch: int) -> Iterator[list[NDArray[np.uint8]]]:
    """Like itertools.batched, which Python 3.11 lacks."""
    rest = iter(pictures)
    while chunk := list(itertools.islice(rest, batch)):
        yield chunk
