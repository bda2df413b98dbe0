"""How often a picture from elsewhere is taken for one of ours: real pictures of the very things
that a model was trained on, against a ledger full of generated ones.

    python benchmarks/false_matches.py FOLDER [--generated 5000] [--pictures 2000]

FOLDER is a packed data set with a test split (zoo data prepare). The pictures are scaled to 256,
saved as PNG and examined; none may be ``issued-here``. As a check that the ledger works, copies of
200 generated pictures (JPEG 75 and 60 % size, by turns) are examined too; all should be.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

import zoo
from zoo.verifying import verify_many
from zoo_provenance.answer import Examination
from zoo_provenance.encode import find_format
from zoo_provenance.sealing import Job, Sealer
from zoo_provenance.source import SourceType


def fill(count: int) -> list[Image.Image]:
    """Seal ``count`` generated pictures into streams; keep 200 of them."""
    kept = []
    source, png = SourceType.TRAINED_ALGORITHMIC_MEDIA, find_format("png")
    model = zoo.load("stylegan-lite")
    with Sealer() as sealer:
        for batch in model.generate_batches(count, 0, batch=50):
            sealer.seal([Job(p.pixels, p.record, source, io.BytesIO(), png) for p in batch])
            kept += [Image.fromarray(p.pixels) for p in batch if p.index % (count // 200) == 0]
    return kept


def real(folder: Path, count: int) -> Iterator[Image.Image]:
    from zoo.data.pack import load_pack

    pictures = load_pack(folder, "test")
    for index in np.linspace(0, len(pictures) - 1, count).round().astype(int):
        array = pictures.pixels[index].permute(1, 2, 0).contiguous().numpy()
        yield Image.fromarray(array).resize((256, 256), Image.Resampling.LANCZOS)


def copies(images: Iterable[Image.Image]) -> Iterator[Image.Image]:
    for index, image in enumerate(images):
        if index % 2:
            side = round(image.width * 0.6)
            yield image.resize((side, side), Image.Resampling.LANCZOS)
        else:
            stream = io.BytesIO()
            image.save(stream, "JPEG", quality=75)
            yield Image.open(stream).convert("RGB")


def verdicts(images: Iterable[Image.Image], folder: Path) -> Counter[str]:
    def paths() -> Iterator[Path]:
        for index, image in enumerate(images):
            path = folder / f"{index}.png"
            image.save(path, compress_level=1)
            yield path

    count: Counter[str] = Counter()
    for answer in verify_many(paths()):
        assert isinstance(answer, Examination), answer
        count[str(answer.verdict.verdict)] += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--generated", type=int, default=5000)
    parser.add_argument("--pictures", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        os.environ["ZOO_HOME"] = str(Path(work) / "home")
        kept = fill(given.generated)
        start = time.perf_counter()
        found = verdicts(real(given.folder, given.pictures), Path(work))
        each = 1e3 * (time.perf_counter() - start) / given.pictures
        own = verdicts(copies(kept), Path(work))
    print(f"{given.generated} generated pictures in the ledger")
    print(f"{given.pictures} real pictures: {dict(found)}; {each:.0f} ms each, saving included")
    print(f"{len(kept)} edited copies of generated ones: {dict(own)}")


if __name__ == "__main__":
    main()
