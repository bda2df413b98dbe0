"""Proof by replay: pictures whose manifest, watermark and ledger are gone, and only a record known.

    python benchmarks/replay_proof.py [--models stylegan-lite …] [--pictures 1000]

Pictures by each model are marked, saved as JPEG 75 and examined with their record (all should be
``proven-ai``), then with the record of another picture of the same model: every second one that of
the same label (none may be). ``--nearest`` compares every picture with the pictures of all of the
other records, which is harsher: the nearest pairs are reported, in grey levels.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

import zoo
from zoo.proving import Remaker
from zoo_provenance.examination import examine
from zoo_provenance.examiners import BUILT_IN, ReplayExaminer
from zoo_provenance.examiners.replay import LEAST_CONTRAST, MOST_RMS, MOST_WORST
from zoo_provenance.fingerprint import compare, fingerprint
from zoo_provenance.record import Record
from zoo_provenance.trust import Trust
from zoo_provenance.watermark import embed


def copies(folder: Path, name: str, count: int) -> tuple[list[Path], list[Record]]:
    paths, records = [], []
    for picture in zoo.load(name).generate(count, seed=31):
        path = folder / f"{name}-{picture.index:05d}.jpg"
        Image.fromarray(embed(picture.pixels, picture.index)).save(path, quality=75)
        paths.append(path)
        records.append(picture.record)
    return paths, records


def wrong(records: list[Record], number: int) -> Record:
    """Of another picture; every second time of one of the same label."""
    own = records[number]
    other = records[(number + 1) % len(records)]
    if number % 2:
        other = dataclasses.replace(other, label=own.label)
    return other


def ask(paths: list[Path], records: list[Record]) -> Counter[str]:
    remaker, found = Remaker(), Counter[str]()
    for path, record in zip(paths, records, strict=True):
        examiners = (*BUILT_IN, ReplayExaminer(remaker, record))
        answer = examine(path, examiners=examiners, trust=Trust(), thorough=False)
        [replay] = [e for e in answer.evidence if e.examiner == "replay"]
        found[f"{answer.verdict.verdict} ({replay.state})"] += 1
    return found


def nearest(paths: list[Path], records: list[Record], name: str) -> str:
    """Of all pairs of a picture and another record, those that come nearest."""
    made = [fingerprint(Image.fromarray(p.pixels)).thumbnail for p in zoo.load(name).generate(
        len(records), seed=31)]  # fmt: skip
    shown = [fingerprint(Image.open(p).convert("RGB")).thumbnail for p in paths]
    small = np.stack([np.frombuffer(t, np.uint8) for t in made]).astype(np.float32)
    pairs = []
    for number, thumbnail in enumerate(shown):
        apart = np.abs(small - np.frombuffer(thumbnail, np.uint8)).mean(axis=1)
        apart[number] = np.inf
        for other in np.argsort(apart)[:8]:
            found = compare(made[other], thumbnail)
            pairs.append((found.worst, found.rms, found.contrast))
    worst = sorted(pairs)[:3]
    near = [p for p in pairs if p[0] <= MOST_WORST and p[1] <= MOST_RMS and p[2] >= LEAST_CONTRAST]
    return f"{len(paths) ** 2:,} pairs, {len(near)} within the limits; nearest (worst, rms) " + str(
        [p[:2] for p in worst]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", default=["stylegan-lite"])
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--nearest", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZOO_HOME"] = str(Path(folder, "home"))
        for name in arguments.models:
            paths, records = copies(Path(folder), name, arguments.pictures)
            started = time.perf_counter()
            print(f"{name}: its own record {dict(ask(paths, records))}", flush=True)
            each = (time.perf_counter() - started) / len(paths)
            others = [wrong(records, n) for n in range(len(records))]
            print(f"{name}: another's record {dict(ask(paths, others))}; {each * 1e3:.0f} ms each")
            if arguments.nearest:
                print(f"{name}: {nearest(paths, records, name)}", flush=True)


if __name__ == "__main__":
    main()
