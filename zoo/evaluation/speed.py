"""How fast models make pictures here and now, one beside the other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from zoo.devices import default_batch
from zoo.generation import Model
from zoo.request import Request
from zoo.running import final_pixels

from .comparison import Speed

ROUNDS = 3


def measure_speed(
    models: Sequence[Model],
    options: Sequence[Mapping[str, Any]],
    *,
    seed: int,
    rounds: int = ROUNDS,
    watch: Callable[[int, int], object] = lambda *_: None,
) -> list[Speed]:
    """Pictures a second of each model under its ``options``, at native size, by the median of
    ``rounds`` batches of the size that ``zoo generate`` takes.

    The models take turns, so that what else the machine does falls on all of them alike; a first
    batch of each, which warms up, does not count.
    """
    times: list[list[float]] = [[] for _ in models]
    batches = [default_batch(m.card.size, m.device) for m in models]
    for turn in range(rounds + 1):
        for model, given, batch, taken in zip(models, options, batches, times, strict=True):
            indices = tuple(range(turn * batch, (turn + 1) * batch))
            count = len(model.card.labels)
            labels = tuple(i % count for i in indices) if count else ()
            request = Request(seed, indices, model.card.size, labels, options=given)
            start = time.perf_counter()
            final_pixels(model, request)
            if turn:
                taken.append(time.perf_counter() - start)
        watch(turn + 1, rounds + 1)
    return [
        Speed(
            batch / statistics.median(taken), batch, rounds, model.device.type,
            torch.get_num_threads(), batch / max(taken), batch / min(taken),
        )
        for model, batch, taken in zip(models, batches, times, strict=True)
    ]  # fmt: skip
