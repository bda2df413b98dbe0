"""imagehash at finding seen pictures: a hash of the whole, and its crop-resistant one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import imagehash
import numpy as np
from PIL import Image


def _segments(ours: imagehash.ImageMultiHash, theirs: imagehash.ImageMultiHash) -> float:
    """The share of our segments that are not among theirs, the nearer first where shares are even;
    imagehash's own difference is the same times our number of segments."""
    return float(ours - theirs) / len(ours.segment_hashes)


HASHES: dict[str, tuple[Callable[[Image.Image], Any], Callable[[Any, Any], float]]] = {
    "phash": (imagehash.phash, lambda ours, theirs: float(ours - theirs)),
    "crop_resistant_hash": (imagehash.crop_resistant_hash, _segments),
}


class Peers:
    """Distances of attacked pictures, of an indexed and another half, to every indexed one."""

    def __init__(
        self,
        seen: Sequence[Path],
        asked: tuple[Sequence[Path], Sequence[Path]],
        attacked: Callable[[Path, str], Image.Image],
        attacks: Sequence[str],
    ) -> None:
        self.names = tuple(HASHES)
        self._own: dict[tuple[str, str], list[float]] = {}
        self._nearest: dict[str, float] = {}
        for name, (make, difference) in HASHES.items():
            table = [make(Image.open(path).convert("RGB")) for path in seen]
            spent: list[float] = []
            others: list[float] = []
            for attack in attacks:
                own = self._own[name, attack] = []
                for path in (*asked[0], *asked[1]):
                    image = attacked(path, attack)
                    start = time.process_time()
                    mine = make(image)
                    apart = [difference(mine, other) for other in table]
                    spent.append(time.process_time() - start)
                    if path in asked[0]:
                        own.append(apart.pop(seen.index(path)))
                    others.append(min(apart))
            self._nearest[name] = min(others)
            print(
                f"{name}: found below a distance of {min(others):.3g}; a question takes "
                f"{1e3 * statistics.median(spent):.0f} ms (median, one core)",
                flush=True,
            )

    def recall(self, name: str, attack: str) -> float:
        """The share that is nearer than any other picture ever is."""
        return float(np.mean([d < self._nearest[name] for d in self._own[name, attack]]))
