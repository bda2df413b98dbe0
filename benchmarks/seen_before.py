"""How well ``zoo verify --index`` knows pictures again, beside imagehash in the same run.

    python benchmarks/seen_before.py PHOTOS [--fruits FOLDER] [--tune] [--asked 80] [--peers 30]

PHOTOS are split by a hash of their names: a quarter is for tuning (--tune), the rest is reported.
Of these, one half is indexed. Each picture goes through every attack and is saved as JPEG 75: one
of the indexed half should be found, and it alone; one of the other half should not. --fruits (a
folder of fruits360-64's tar files) adds hard negatives: 300 pictures are indexed, and for each the
picture nearest to it by perceptual hash among those of the test split is asked about, all scaled
to 256. imagehash's thresholds are the widest at which none of its negatives is found.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import statistics
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from attacks import Attack, Pixels, cropped, enhanced, grey, mirrored, saved, scaled, turned
from PIL import Image, ImageDraw, ImageEnhance, ImageFont
from seen_before_peers import Peers

from zoo_provenance.fingerprint import distances, fingerprint
from zoo_provenance.index import open_index
from zoo_provenance.index.adding import add_files
from zoo_provenance.index.search import Searcher
from zoo_provenance.index.writing import writing
from zoo_provenance.pictures import SUFFIXES


def pasted(pixels: Pixels, factor: float = 1.0) -> Pixels:
    """In a page with a bar and lines of text, of which it fills 42 % where it is not scaled."""
    height, width = pixels.shape[:2]
    page = Image.new("RGB", (int(width * 1.5), int(height * 1.6)), (245, 246, 248))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, page.width, height // 10), fill=(40, 70, 130))
    font = ImageFont.load_default(max(10, height // 30))
    for line in range(14):
        at = (width // 40, int(height * (0.15 + 0.1 * line)))
        draw.text(
            at, f"{line} and what somebody has written beside it, on and on", (30, 30, 40), font
        )
    page.paste(Image.fromarray(scaled(factor)(pixels)), (int(width * 0.3), int(height * 0.25)))
    return np.asarray(page)


def captioned(pixels: Pixels) -> Pixels:
    """A yellow bar with words, and a name in white."""
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    size = max(12, image.height // 9)
    top, font = int(image.height * 0.72), ImageFont.load_default(size)
    draw.rectangle((0, top, image.width, top + int(1.3 * size)), fill=(255, 255, 0))
    draw.text((6, top), "BREAKING: seen here first", (200, 0, 0), font)
    draw.text((image.width // 6, image.height // 8), "© somebody", (255, 255, 255), font)
    return np.asarray(image)


ATTACKS: dict[str, Attack] = {
    "JPEG 75": lambda pixels: pixels,
    "0.5x": scaled(0.5),
    "crop 80 %": cropped(0.8, 0.3, 0.8),
    "crop 60 %": cropped(0.6, 0.3, 0.8),
    "crop 40 %": cropped(0.4, 0.3, 0.6),
    "crop 30 %": cropped(0.3, 0.3, 0.6),
    "mirrored": mirrored,
    "crop 60 %, mirrored": lambda pixels: mirrored(cropped(0.6, 0.3, 0.8)(pixels)),
    "42 % of a page": pasted,
    "20 % of a page": partial(pasted, factor=0.7),
    "10 % of a page": partial(pasted, factor=0.5),
    "grey": grey,
    "brightness 1.2": enhanced(ImageEnhance.Brightness, 1.2),
    "brightness 0.8": enhanced(ImageEnhance.Brightness, 0.8),
    "turned 5 deg": turned(5),
    "text on it": captioned,
}


@dataclass(frozen=True)
class Asked:
    """Of one picture and attack: the names found, with OpenCV and without, and seconds."""

    name: str
    attack: str
    found: tuple[str, ...]
    copies: tuple[str, ...]
    seconds: float
    seconds_copies: float


def attacked(path: Path, attack: str) -> Image.Image:
    pixels = np.asarray(Image.open(path).convert("RGB"))
    return Image.fromarray(saved("JPEG", 75)(ATTACKS[attack](pixels)))


def ask(folder: Path, path: Path, attacks: tuple[str, ...]) -> list[Asked]:
    searcher, answers = _searcher(folder), []
    for attack in attacks:
        image = attacked(path, attack)
        start = time.process_time()
        found = tuple(Path(m.entry.path).name for m in searcher.find(image))
        middle = time.process_time()
        copies = tuple(Path(m.entry.path).name for m in searcher.copies(image))
        end = time.process_time()
        answers.append(Asked(path.name, attack, found, copies, middle - start, end - middle))
    return answers


_OPEN: dict[Path, Searcher] = {}


def _searcher(folder: Path) -> Searcher:
    if folder not in _OPEN:
        _OPEN[folder] = Searcher(open_index(folder))
    return _OPEN[folder]


def index(folder: Path, paths: list[Path], jobs: int) -> None:
    start = time.perf_counter()
    with writing(folder, create=True) as writer:
        assert not [a for a in add_files(writer, paths, jobs=jobs) if a.error or a.known]
    spent = time.perf_counter() - start
    size = sum(f.stat().st_size for f in folder.iterdir())
    print(
        f"indexed {len(paths)} pictures in {spent:.0f} s ({1e3 * spent / len(paths):.0f} ms each), "
        f"{size / len(paths):,.0f} bytes each",
        flush=True,
    )


def split(photos: Path, *, tune: bool) -> tuple[list[Path], list[Path]]:
    """The half to index, and the other half."""
    halves: tuple[list[Path], list[Path]] = ([], [])
    for path in sorted(p for p in photos.rglob("*") if p.suffix.lower() in SUFFIXES):
        drawn = hashlib.sha256(path.name.encode()).digest()
        if (drawn[1] % 4 == 0) == tune:
            halves[drawn[0] % 2].append(path)
    return halves


def fruits(folder: Path, out: Path) -> tuple[list[Path], list[Path]]:
    """Pictures to index and the nearest others, written as PNG of 256 pixels."""
    train, test = (_pictures(folder, split) for split in ("train", "test"))
    chosen = [train[i] for i in np.random.default_rng(0).permutation(len(train))[:300]]
    marks = np.frombuffer(b"".join(fingerprint(i).hash for i in test), np.uint8).reshape(-1, 32)
    near = [int(distances(fingerprint(i).hash, marks).argmin()) for i in chosen]
    asked = [test[i] for i in sorted(set(near))]
    return _write(out, "seen", chosen), _write(out, "other", asked)


def _pictures(folder: Path, split: str) -> list[Image.Image]:
    found = []
    for path in sorted(folder.glob(f"*-{split}-*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith((".png", ".webp", ".jpg")):
                    file = tar.extractfile(member)
                    assert file is not None
                    found.append(Image.open(io.BytesIO(file.read())).convert("RGB"))
    return found


def _write(out: Path, name: str, images: list[Image.Image]) -> list[Path]:
    out.mkdir(exist_ok=True)
    paths = [out / f"{name}-{number}.png" for number in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        image.resize((256, 256), Image.Resampling.BICUBIC).save(path)
    return paths


def run(folder: Path, paths: list[Path], attacks: tuple[str, ...], jobs: int) -> list[Asked]:
    with ProcessPoolExecutor(jobs) as pool:
        found = pool.map(partial(ask, folder, attacks=attacks), paths, chunksize=4)
        return [answer for answers in found for answer in answers]


def report(seen: list[Asked], unseen: list[Asked]) -> None:
    print("attack                 found  as a copy  another too  of the unseen")
    for attack in ATTACKS:
        own, wrong = ([a for a in part if a.attack == attack] for part in (seen, unseen))
        print(
            f"{attack:20}  {np.mean([a.name in a.found for a in own]):6.1%}  "
            f"{np.mean([a.name in a.copies for a in own]):9.1%}  "
            f"{sum(bool(set(a.found) - {a.name}) for a in own):11}  "
            f"{sum(bool(a.found) for a in wrong):6} of {len(wrong)}"
        )
    both = seen + unseen
    found, copies = (
        1e3 * statistics.median(spent)
        for spent in ([a.seconds for a in both], [a.seconds_copies for a in both])
    )
    print(f"a question takes {found:.0f} ms (median, one core), for copies alone {copies:.1f} ms")
    for asked in both:
        if wrong := set(asked.found) - {asked.name}:
            print("  look:", asked.name, asked.attack, *wrong)
    sys.stdout.flush()


def report_peers(peers: Peers) -> None:
    print("attack              ", *peers.names, sep="  ")
    for attack in ATTACKS:
        shares = (f"{peers.recall(name, attack):{len(name)}.1%}" for name in peers.names)
        print(f"{attack:20}", *shares, sep="  ", flush=True)


def report_fruits(folder: Path, tars: Path, jobs: int) -> None:
    known, others = fruits(tars, folder / "fruit")
    index(folder / "fruits", known, jobs)
    attacks = ("JPEG 75", "crop 60 %")
    for paths, what in ((known, "indexed"), (others, "nearest to them")):
        answers = run(folder / "fruits", paths, attacks, jobs)
        for attack in attacks:
            some = [a for a in answers if a.attack == attack]
            own = sum(a.name in a.found for a in some)
            wrong = sum(bool(set(a.found) - {a.name}) for a in some)
            copies = sum(bool(set(a.copies) - {a.name}) for a in some)
            print(
                f"fruit, {what}, {attack}: {len(some)} asked, {own} found, {wrong} taken for "
                f"another ({copies} as a whole copy)"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("--fruits", type=Path)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--asked", type=int, default=1000, help="photographs of each half")
    parser.add_argument("--peers", type=int, default=0, help="the same for imagehash")
    asked = parser.parse_args()
    seen, unseen = split(asked.photos, tune=asked.tune)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index(folder / "photos", seen, asked.jobs)
        found, wrong = (
            run(folder / "photos", paths[: asked.asked], tuple(ATTACKS), asked.jobs)
            for paths in (_mixed(seen), _mixed(unseen))
        )
        report(found, wrong)
        if asked.fruits:
            report_fruits(folder, asked.fruits, asked.jobs)
        if asked.peers:
            some = (_mixed(seen)[: asked.peers], _mixed(unseen)[: asked.peers])
            report_peers(Peers(seen, some, attacked, tuple(ATTACKS)))


def _mixed(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: hashlib.sha256(path.name.encode()).digest()[::-1])


if __name__ == "__main__":
    main()
