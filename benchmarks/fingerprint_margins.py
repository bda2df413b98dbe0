"""How far own copies and other pictures are from a ledger's thumbnails.

    python benchmarks/fingerprint_margins.py LEDGER OTHERS [--size 256] [--most 5000]

LEDGER and OTHERS are each a folder of pictures (searched recursively) or a tar shard of them:
pictures that stand for issued ones, and pictures from elsewhere. Both are scaled to ``--size``.
Prints, for copies of the first and for each candidate among the second, the measures that
``zoo_provenance.fingerprint.compare`` decides by, and how many would be confirmed.
"""

from __future__ import annotations

import argparse
import io
import itertools
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from zoo_provenance.fingerprint import (
    CANDIDATE_DISTANCE,
    MOST_CANDIDATES,
    Agreement,
    Fingerprint,
    compare,
    distances,
    fingerprint,
)
from zoo_provenance.pictures import SUFFIXES, open_picture

Edit = Callable[[Image.Image], Image.Image]


def jpeg(quality: int) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        return open_picture(buffer.getvalue())

    return edit


def scaled(share: float, filter: Image.Resampling = Image.Resampling.BICUBIC) -> Edit:
    return lambda image: image.resize(
        (round(image.width * share), round(image.height * share)), filter
    )


EDITS: dict[str, Edit] = {
    "jpeg 75": jpeg(75),
    "scaled to 60 %": scaled(0.6),
    "scaled to 60 %, jpeg 75": lambda image: jpeg(75)(scaled(0.6)(image)),
    "jpeg 75, scaled to 60 %": lambda image: scaled(0.6)(jpeg(75)(image)),
    "scaled to 60 %, nearest": scaled(0.6, Image.Resampling.NEAREST),
    "jpeg 40": jpeg(40),
    "scaled to 30 %, jpeg 60": lambda image: jpeg(60)(scaled(0.3)(image)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", type=Path)
    parser.add_argument("others", type=Path)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--most", type=int, default=5000, help="pictures of each kind")
    parser.add_argument("--copies", type=int, default=500, help="of how many pictures")
    arguments = parser.parse_args()
    issued = list(itertools.islice(pictures(arguments.ledger, arguments.size), arguments.most))
    marks = [fingerprint(image) for image in issued]
    table = np.array([np.frombuffer(mark.hash, np.uint8) for mark in marks])
    print(f"{'':<28}{'n':>6}{'bits':>6}{'worst':>8}{'rms':>8}{'confirmed':>11}")
    for name, edit in EDITS.items():
        pairs = list(zip(issued, marks, strict=True))[: arguments.copies]
        copies = [(mark, fingerprint(edit(image))) for image, mark in pairs]
        found = [(_apart(a, b), compare(a.thumbnail, b.thumbnail)) for a, b in copies]
        _row(f"own, {name}", found, largest=True)
    others = itertools.islice(pictures(arguments.others, arguments.size), arguments.most)
    seen = [candidates(fingerprint(image), marks, table) for image in others]
    near = [candidate for found in seen for candidate in found]
    _row(f"candidates of {len(seen)} others", near, largest=False)


def pictures(place: Path, size: int) -> Iterator[Image.Image]:
    """The pictures of a folder or a tar file in the order of their names, scaled."""
    if place.is_dir():
        files = sorted(p for p in place.rglob("*") if p.suffix.lower() in SUFFIXES)
        found = (p.read_bytes() for p in files)
    else:
        found = _members(place)
    for data in found:
        image = open_picture(data)
        yield image.resize((size, size), Image.Resampling.BICUBIC)


def _members(file: Path) -> Iterator[bytes]:
    with tarfile.open(file) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content and Path(member.name).suffix.lower() in SUFFIXES:
                yield content.read()


def candidates(
    mark: Fingerprint, marks: list[Fingerprint], table: np.ndarray
) -> list[tuple[int, Agreement]]:
    """Those that verifying would compare."""
    apart = distances(mark.hash, table)
    near = np.flatnonzero(apart <= CANDIDATE_DISTANCE)
    near = near[np.argsort(apart[near], kind="stable")][:MOST_CANDIDATES]
    return [(int(apart[i]), compare(marks[i].thumbnail, mark.thumbnail)) for i in near]


def _apart(a: Fingerprint, b: Fingerprint) -> int:
    return int(distances(a.hash, np.frombuffer(b.hash, np.uint8).reshape(1, -1))[0])


def _row(name: str, found: list[tuple[int, Agreement]], *, largest: bool) -> None:
    """The extreme of each measure on the side of the limit, and the share that is confirmed."""
    if not found:
        print(f"{name:<28}{0:>6}")
        return
    extreme = max if largest else min
    bits = extreme(apart for apart, _ in found)
    worst = extreme(a.worst for _, a in found)
    rms = extreme(a.rms for _, a in found)
    confirmed = sum(a.agrees and d <= CANDIDATE_DISTANCE for d, a in found)
    print(f"{name:<28}{len(found):>6}{bits:>6}{worst:>8.2f}{rms:>8.2f}{confirmed:>11}")


if __name__ == "__main__":
    main()
