"""Sealing a batch with time-stamps by an authority that is some way off, several at a time.

    python benchmarks/timestamps.py [--pictures 64] [--delay 0.1] [--rounds 3]

The authority is the tests' own on 127.0.0.1, in this process, and waits before each answer. The
peer is the same batch without time-stamps. Pictures are 256 x 256, PNG. Least of the rounds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from zoo_provenance import Record, Sealer, SourceType, sealing
from zoo_provenance.encode import find_format
from zoo_provenance.sealing import Job
from zoo_provenance.signing.timestamps import set_timestamp_url

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from timestamps import TimeStampServer


def seal_all(images: list[Image.Image]) -> float:
    record = Record.external("benchmark", "1")
    source, png = SourceType.TRAINED_ALGORITHMIC_MEDIA, find_format("png")
    with tempfile.TemporaryDirectory() as folder, Sealer() as sealer:
        jobs = [
            Job(image, record, source, Path(folder) / f"{n}.png", png)
            for n, image in enumerate(images)
        ]
        start = time.perf_counter()
        sealer.seal(jobs)
        return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (given.pictures, 9, 9, 3), dtype=np.uint8)
    images = [Image.fromarray(c).resize((256, 256), Image.Resampling.BICUBIC) for c in coarse]
    with tempfile.TemporaryDirectory() as home, TimeStampServer() as tsa:
        os.environ["ZOO_HOME"] = home
        seal_all(images)
        least: dict[str, float] = {}
        for _ in range(given.rounds):
            for name, at_once in (("without", 0), ("1 at a time", 1), ("4", 4), ("8", 8)):
                set_timestamp_url(tsa.url if at_once else None)
                tsa.delay, sealing.STAMPS_AT_ONCE = given.delay, at_once
                taken = seal_all(images) / given.pictures * 1000
                least[name] = min(taken, least.get(name, taken))
    for name, taken in least.items():
        print(f"{name:12} {taken:6.1f} ms a picture")


if __name__ == "__main__":
    main()
