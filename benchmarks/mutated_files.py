"""Thousands of broken picture files, verified as anybody would: each must get an answer.

    python benchmarks/mutated_files.py [--files 5000] [--seed 1] [--thorough] [--keep FOLDER]

Files of every format that ``zoo verify`` knows, sealed where they can be, are mutated
(``mutations.py``) and given to ``zoo.verify_many``. Fails, and with ``--keep`` keeps the files,
where one crashes or outlives its limits (5 seconds of processor time; 768 MiB beyond the start),
where a process takes more than 10^9 bytes, or where an answer cannot be printed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import shutil
import struct
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from mutations import mutate
from PIL import Image

import zoo
from zoo.answer_table import to_table
from zoo.limits import Limits
from zoo.verifying import Unread
from zoo_cli.verify_csv import harmless
from zoo_cli.verify_report import as_text
from zoo_cli.verify_table import as_row
from zoo_provenance.answer import Examination
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType

SECONDS = 5
MOST_BYTES = 10**9
PLAIN = {"unreadable", "too-large"}
"""Codes of errors that say no more than that a file cannot be examined."""


def bases() -> list[tuple[str, bytes]]:
    """(suffix, file): whole files of each format."""
    found = []
    for side in (96, 200):
        coarse = np.random.default_rng(side).integers(0, 256, (9, 9, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
        for suffix, name in ((".png", "png"), (".jpg", "jpeg"), (".webp", "webp"),
                             (".tif", "tiff"), (".avif", "avif")):  # fmt: skip
            out = io.BytesIO()
            source = SourceType.TRAINED_ALGORITHMIC_MEDIA
            seal(image, Record.external("x", "1"), source=source, out=out, format=name)
            found.append((suffix, out.getvalue()))
        for suffix, name, more in (
            (".png", "png", {}),
            (".jpg", "jpeg", {"progressive": True}), (".webp", "webp", {"lossless": True}),
            (".tif", "tiff", {"compression": "tiff_lzw"}),
            (".tif", "tiff", {"compression": "jpeg"}),
            (".avif", "avif", {}), (".gif", "gif", {}), (".bmp", "bmp", {}),
        ):  # fmt: skip
            out = io.BytesIO()
            mode = "P" if suffix == ".gif" else "RGB"
            image.convert(mode).save(out, name, **more)
            found.append((suffix, out.getvalue()))
    avif = next(data for suffix, data in found if suffix == ".avif")
    tiff = next(data for suffix, data in found if suffix == ".tif")
    found.append((".heic", avif.replace(b"avif", b"heic").replace(b"av01", b"hvc1")))
    found.append((".heic", avif.replace(b"avif", b"mif1")))
    jxl = b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I", 20) + b"ftypjxl \0\0\0\0jxl "
    found.append((".jxl", jxl + avif[struct.unpack_from(">I", avif)[0] :]))
    found.append((".dng", tiff))
    return found


def fill(folder: Path, count: int, seed: int) -> list[Path]:
    rng = random.Random(seed)
    sources = bases()
    paths = []
    for number in range(count):
        suffix, data = sources[number % len(sources)]
        path = folder / f"{number:05d}{suffix}"
        path.write_bytes(mutate(data, rng.choice(sources)[1], suffix, rng))
        paths.append(path)
    return paths


def complaint(answer: Examination | Unread) -> str | None:
    """What is wrong with an answer, if anything."""
    if isinstance(answer, Unread) and (answer.error.code not in PLAIN or not str(answer.error)):
        return f"{answer.error.code}: {answer.error}"
    printed = [as_text(answer), as_row(answer), harmless(str(answer)), json.dumps(to_table(answer))]
    if any(not line.isprintable() for text in printed for line in text.split("\n")):
        return "its answer is not printable"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--thorough", action="store_true")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    told: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZOO_HOME"] = str(Path(folder) / "home")
        paths = fill(Path(folder), given.files, given.seed)
        start = time.perf_counter()
        answers = zoo.verify_many(
            paths, jobs=given.jobs, thorough=given.thorough, limits=Limits(SECONDS)
        )
        for answer in answers:
            told[answer.error.code if isinstance(answer, Unread) else answer.verdict.verdict] += 1
            if problem := complaint(answer):
                wrong.append(f"{answer.path.name}: {problem}")
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(answer.path, given.keep)
        seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    print(
        f"{given.files} files in {seconds:.0f} s: "
        + ", ".join(f"{n} {k}" for k, n in told.most_common())
    )
    print(f"the largest process took {peak / 1e6:.0f} MB")
    print("\n".join(wrong) if wrong else "every file has an answer or a plain error")
    if told.total() != given.files or wrong or peak > MOST_BYTES:
        sys.exit(1)


if __name__ == "__main__":
    main()
