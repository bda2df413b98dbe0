"""How long a large index of pictures takes to answer, and how much room it takes.

    python benchmarks/index_lookup.py PHOTOS [--rows 10000]

Fills an index with the photographs and, up to --rows, with made-up pictures: each has 300 features
of photographs, drawn at random, with one bit in ten the other way, and a hash as of one kind of
picture. Then asks for 40 photographs at 60 % of each side, mirrored, saved as JPEG 75. *Cold* is a
new process whose pages of the files were dropped from memory first. First answers are timed by the
clock, later ones (medians) on one processor.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from attacks import cropped, mirrored, saved
from lookup import hashes
from PIL import Image

from zoo_provenance.index import Entry, open_index
from zoo_provenance.index.adding import add_files
from zoo_provenance.index.features import KEPT, extract, unpack
from zoo_provenance.index.search import Searcher
from zoo_provenance.index.writing import writing
from zoo_provenance.pictures import SUFFIXES

ASKED = 40
BATCH = 500


def fill(folder: Path, photos: list[Path], rows: int) -> None:
    with writing(folder, create=True) as writer:
        assert not [a for a in add_files(writer, photos, jobs=2) if a.error]
        real = list(writer.index.entries())
        for start in range(len(real), rows, BATCH):
            writer.add(made_up(real, start, min(BATCH, rows - start)))
        start = time.perf_counter()
    print(f"the files beside the database took {time.perf_counter() - start:.1f} s to make at once")


def made_up(real: list[Entry], start: int, count: int) -> Iterator[Entry]:
    rng = np.random.default_rng(start)
    pool = np.concatenate([unpack(e.features or b"", e.size).codes for e in real])
    marks = hashes(count, "alike")
    for number in range(count):
        like = real[int(rng.integers(len(real)))]
        codes = pool[rng.integers(len(pool), size=KEPT)].astype(">u8").view(np.uint8)
        flipped = codes ^ np.packbits(rng.random((KEPT, 128), np.float32) < 0.1, axis=1)
        places = rng.integers(0, 512 * 64, (KEPT, 2)).astype("<u2").view(np.uint8)
        features = np.concatenate([places.reshape(KEPT, 4), flipped], axis=1).tobytes()
        name = f"{start + number:064x}"
        yield Entry(name, name, like.modified, None, like.size, marks[number].tobytes(),
                    like.thumbnail, like.preview, features)  # fmt: skip


def ask(folder: Path, photos: list[Path]) -> None:
    """In a process of its own: the first question, then the others."""
    cv2.setNumThreads(1)
    pictures = []
    for path in photos[:: max(1, len(photos) // ASKED)][:ASKED]:
        pixels = mirrored(cropped(0.6)(np.asarray(Image.open(path).convert("RGB"))))
        pictures.append((str(path.absolute()), Image.fromarray(saved("JPEG", 75)(pixels))))
    extract(pictures[0][1])  # what is made once a process is not the index's
    start = time.perf_counter()
    searcher = Searcher(open_index(folder))
    searcher.find(pictures[0][1])
    first = time.perf_counter() - start
    found = [
        path in {match.entry.path for match in searcher.find(picture)} for path, picture in pictures
    ]
    mark = next(searcher.index.entries(limit=1)).hash
    table = searcher.index.hashes()
    times = {
        "later": spent(searcher.find, [picture for _, picture in pictures]),
        "extracting": spent(extract, [picture for _, picture in pictures]),
        "hashes": spent(lambda mark: table.near(mark, 24), [mark] * 30),
    }
    print(json.dumps({"first": first, "found": sum(found), "asked": len(found), **times}))


def spent(act: Callable[[Any], object], what: list[Any]) -> float:
    """Median seconds on a processor."""
    times = []
    for one in what:
        start = time.process_time()
        act(one)
        times.append(time.process_time() - start)
    return statistics.median(times)


def drop_pages(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open("rb") as data:
            os.fsync(data.fileno())
            os.posix_fadvise(data.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    photos = sorted(p for p in asked.photos.rglob("*") if p.suffix.lower() in SUFFIXES)
    if asked.ask:
        ask(asked.ask, photos)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        fill(folder, photos, asked.rows)
        sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
        database = sizes.pop("index.sqlite3")
        print(f"{asked.rows:,} rows: {database / asked.rows:,.0f} bytes each in the database, "
              f"{sum(sizes.values()) / asked.rows:,.0f} in the files beside it")  # fmt: skip
        drop_pages(folder)
        for what in ("cold", "warm"):
            command = [sys.executable, __file__, str(asked.photos), "--ask", str(folder)]
            done = subprocess.run(command, capture_output=True, check=True, text=True)
            found = json.loads(done.stdout)
            print(
                f"{what}: first answer {1e3 * found['first']:.0f} ms, later "
                f"{1e3 * found['later']:.0f} ms, of which features "
                f"{1e3 * found['extracting']:.0f} ms; hashes alone {1e3 * found['hashes']:.1f} ms; "
                f"{found['found']} of {found['asked']} found"
            )


if __name__ == "__main__":
    main()
