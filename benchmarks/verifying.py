"""Verifying sealed PNG files in one process against a bare ``c2pa.Reader`` loop over them.

    python benchmarks/verifying.py [--pictures 1000] [--rounds 3]

Imports are excluded. The target is at most 2.5 times the peer. The pictures are in the ledger, so
the whole examination runs: exact hash, C2PA, declared labels.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import tempfile
import time
from pathlib import Path

import c2pa
import numpy as np
from PIL import Image

from zoo_provenance.encode import find_format
from zoo_provenance.record import Record
from zoo_provenance.sealing import Job, Sealer
from zoo_provenance.source import SourceType


def make(count: int, out: Path) -> list[Path]:
    rng = np.random.default_rng(0)
    paths = [out / f"{i:05d}.png" for i in range(count)]
    with Sealer() as sealer:
        for first in range(0, count, 50):
            jobs = []
            for path in paths[first : first + 50]:
                coarse = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
                image = Image.fromarray(coarse).resize((256, 256), Image.Resampling.BICUBIC)
                source = SourceType.TRAINED_ALGORITHMIC_MEDIA
                record = Record.external("benchmark", "1")
                jobs.append(Job(image, record, source, path, find_format("png")))
            sealer.seal(jobs)
    return paths


def read_bare(paths: list[Path]) -> float:
    context = c2pa.Context.from_dict({"version": 1, "verify": {"remote_manifest_fetch": False}})
    start = time.perf_counter()
    for path in paths:
        with c2pa.Reader("image/png", io.BytesIO(path.read_bytes()), context=context) as reader:
            reader.json()
            assert reader.get_validation_state() == "Valid"
    return time.perf_counter() - start


def verify(paths: list[Path]) -> float:
    from zoo.verifying import verify_many

    start = time.perf_counter()
    verdicts = {str(one.verdict.verdict) for one in verify_many(paths)}
    assert verdicts == {"issued-here"}, verdicts
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZOO_HOME"] = str(Path(folder) / "home")
        paths = make(given.pictures, Path(folder))
        verify(paths[:2])  # imports
        pairs = [(read_bare(paths), verify(paths)) for _ in range(given.rounds)]
    bare, ours = (1e3 * statistics.median(t) / len(paths) for t in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    print(f"{len(paths)} sealed PNG files of 256 x 256")
    print(f"bare c2pa.Reader loop {bare:7.2f} ms a picture")
    print(f"zoo.verify            {ours:7.2f} ms a picture")
    print(f"ratio                 {ratio:7.2f}  (median of {given.rounds} rounds)")


if __name__ == "__main__":
    main()
