"""From a picture that has been around back to its manifest, as ``zoo verify`` goes the way.

    python benchmarks/watermark_chains.py PHOTOS [--pictures 500] [--hard]

Sealed pictures by the zoo's models go through random chains of two or three of JPEG 70 to 95, WebP
75, 0.5x to 1.5x, crop to 80 %, brightness 0.85 to 1.15 and screenshot, never below 128 pixels, and
lose all metadata. ``--hard`` puts one of mirroring, rotation, blur, noise, crop to 60 % or 0.4x
into each chain. As many photographs go through the same chains. Then marks are pasted from one
picture onto another: of another label, and of the same one.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from attacks import (
    Attack,
    Pixels,
    blurred,
    cropped,
    enhanced,
    mirrored,
    noisy,
    saved,
    scaled,
    screenshot,
    turned,
)
from PIL import Image, ImageEnhance

from zoo_provenance.pictures import SUFFIXES

LEAST = 128
Rng = np.random.Generator

USUAL: tuple[Callable[[Rng], Attack], ...] = (
    lambda rng: saved("JPEG", int(rng.integers(70, 96))),
    lambda _: saved("WEBP", 75),
    lambda rng: scaled(float(rng.uniform(0.5, 1.5))),
    lambda rng: cropped(0.8, float(rng.random()), float(rng.random())),
    lambda rng: enhanced(ImageEnhance.Brightness, float(rng.uniform(0.85, 1.15))),
    lambda _: screenshot,
)
HARD: tuple[Callable[[Rng], Attack], ...] = (
    lambda _: mirrored,
    lambda rng: turned(float(rng.uniform(-5, 5))),
    lambda _: blurred(1.5),
    lambda _: noisy(15),
    lambda _: cropped(0.6),
    lambda _: scaled(0.4),
)


def chained(pixels: Pixels, rng: Rng, *, hard: bool) -> Pixels:
    """The picture after a random chain; a step that would make it too small is left out."""
    steps = list(rng.choice(len(USUAL), int(rng.integers(2, 4)), replace=False))
    attacks = [USUAL[i](rng) for i in steps]
    if hard:
        attacks.insert(int(rng.integers(len(attacks) + 1)), HARD[int(rng.integers(len(HARD)))](rng))
    for attack in attacks:
        after = attack(pixels)
        if min(after.shape[:2]) >= LEAST:
            pixels = after
    return pixels


def verdicts(pictures: Iterator[Pixels], folder: Path) -> Iterator[tuple[str, str | None]]:
    """(verdict, id that the watermark or fingerprint led to) of each."""
    from zoo.verifying import verify_many
    from zoo_provenance.answer import Examination

    def paths() -> Iterator[Path]:
        for index, pixels in enumerate(pictures):
            path = folder / f"received-{index}.png"
            Image.fromarray(pixels).save(path, compress_level=1)
            yield path

    for answer in verify_many(paths(), thorough=True):
        assert isinstance(answer, Examination)
        answer.path.unlink()
        found = (e.details.get("id") for e in answer.evidence if e.finding in ("confirmed",))
        yield str(answer.verdict.verdict), next(found, None)


def issue(count: int, folder: Path) -> list[tuple[Path, str, str | None]]:
    """(file, id, label) of sealed pictures, as many by each model."""
    import zoo
    from zoo.catalogue import list_models
    from zoo.issuing import Issue

    cards = list_models()
    made = []
    for card in cards:
        each = -(-count // len(cards))
        for batch in Issue(zoo.load(card.id), each, 4_000, folder / card.id).run():
            made += [(one.path, one.id, one.label) for one in batch]
    return made[:count]


def opened(path: Path) -> Pixels:
    return np.asarray(Image.open(path).convert("RGB"))


def photographs(folder: Path, count: int) -> Iterator[Pixels]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    for number in range(count):
        image = Image.open(paths[number % len(paths)]).convert("RGB")
        image.thumbnail((512, 512))
        yield np.asarray(image)


def pasted(made: list[tuple[Path, str, str | None]], *, same: bool) -> Iterator[Pixels]:
    """The mark of one picture on another's pixels, as if its unmarked original were at hand."""
    import zoo

    plain = zoo.load("stylegan-lite")
    marks = [m for m in made if "stylegan-lite" in m[0].name]
    for path, _, label in marks[:100]:
        index = int(path.stem.rsplit("-", 1)[1])
        (original,) = next(plain.generate_batches(index + 1, 4_000, indices=[index]))
        other = next(plain.generate(1, seed=77 + index, label=label if same else None))
        if not same and other.record.label == label:
            continue
        mark = opened(path).astype(int) - original.pixels
        yield np.clip(other.pixels + mark, 0, 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--hard", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        os.environ["ZOO_HOME"] = str(folder / "home")
        made = issue(given.pictures, folder)
        rng = np.random.default_rng(1)
        around = (chained(opened(path), rng, hard=given.hard) for path, _, _ in made)
        found = list(verdicts(around, folder))
        right = sum(
            verdict == "issued-here" and key == one[1]
            for (verdict, key), one in zip(found, made, strict=True)
        )
        wrong = sum(key not in (None, one[1]) for (_, key), one in zip(found, made, strict=True))
        print(f"{len(made)} of ours: {right} issued-here with the right manifest, {wrong} with a")
        print(f"  wrong one; {dict(Counter(verdict for verdict, _ in found))}")
        others = (chained(p, rng, hard=given.hard) for p in photographs(given.photos, len(made)))
        print(f"photographs: {dict(Counter(verdict for verdict, _ in verdicts(others, folder)))}")
        for same in (False, True):
            answers = Counter(v for v, _ in verdicts(pasted(made, same=same), folder))
            print(f"pasted onto {'the same' if same else 'another'} label: {dict(answers)}")


if __name__ == "__main__":
    main()
