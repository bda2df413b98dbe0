"""Which pictures of a larger set are taken."""

from __future__ import annotations

import numpy as np


def drawn(total: int, n: int, seed: int) -> list[int]:
    """``n`` of ``total`` places, in order, each once; all of them where there are fewer."""
    if n >= total:
        return list(range(total))
    chosen = np.random.default_rng(seed).choice(total, n, replace=False)
    return sorted(int(place) for place in chosen)
