"""The pictures of ``reactions.py``, from a packed data set."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from reactions import Stock, look

from zoo.data.pack import Pictures, load_pack
from zoo.errors import UsageError
from zoo.judging import LoadedJudge


def of_pack(judge: LoadedJudge, folder: Path, count: int, seed: int) -> tuple[Stock, Stock, Stock]:
    """Test pictures, ``count`` others as the reference, and ``count`` train pictures."""
    rng = np.random.default_rng([seed, 1])
    test, train = load_pack(folder, "test"), load_pack(folder)
    if min(len(test), len(train)) <= count:
        raise UsageError(f"{folder} has {len(test)} test pictures; expected more than {count}")
    rows = rng.permutation(len(test))
    return (
        _stock(judge, test, np.sort(rows[count:])),
        _stock(judge, test, np.sort(rows[:count])),
        _stock(judge, train, np.sort(rng.permutation(len(train))[:count])),
    )


def _stock(judge: LoadedJudge, data: Pictures, rows: np.ndarray) -> Stock:
    print(f"{judge.name} looks at {len(rows):,} pictures", file=sys.stderr, flush=True)
    pixels = data.pixels[rows].permute(0, 2, 3, 1).contiguous().numpy()
    labels = data.labels.numpy()[rows]
    knows = set(data.names) <= set(judge.labels)
    asked = np.array([judge.labels.index(n) for n in data.names])[labels] if knows else None
    return Stock(pixels, labels, look(judge, pixels, asked))
