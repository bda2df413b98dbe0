"""What a report costs beside the verifying itself: time, the page's size, and memory.

python benchmarks/report.py --n 500
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from zoo.report import Report
from zoo.verifying import verify_many


def make(folder: Path, count: int) -> list[Path]:
    """JPEG files of 1536 x 1024 pixels, of a press photograph's size: about 400 kB."""
    paths = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        coarse = Image.fromarray(rng.integers(0, 256, (24, 36, 3), dtype=np.uint8))
        smooth = np.asarray(coarse.resize((1536, 1024), Image.Resampling.BICUBIC), np.int16)
        grain = rng.integers(-8, 9, smooth.shape, dtype=np.int16)
        path = folder / f"{seed:05d}.jpg"
        Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(path, quality=85)
        paths.append(path)
    return paths


def peak() -> int:
    """The most memory that this process had, in KiB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=500)
    count = parser.parse_args().n
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make(folder, min(count, 50))
        size = sum(path.stat().st_size for path in paths) // len(paths)
        start = time.process_time()
        answers = list(verify_many(paths, thorough=False))
        verifying = (time.process_time() - start) / len(paths)
        page = folder / "page.html"
        before = peak()
        start = time.process_time()
        with Report(page) as report:
            for number in range(count):
                report.add(answers[number % len(answers)])
        reporting = (time.process_time() - start) / count
        grown = peak() - before
        written = page.stat().st_size
    print(f"{count} files of {size:,} bytes; processor time for each:")
    print(f"verifying, quick  {1000 * verifying:.1f} ms")
    print(f"reporting         {1000 * reporting:.1f} ms")
    print(f"page              {written / 1e6:.1f} MB, {written / count / 1e3:.1f} kB a file")
    print(f"memory            {grown / 1024:.1f} MB more than for verifying")


main()
