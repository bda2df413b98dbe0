"""Readings where there is nothing to read: unmarked pictures, and marked ones under wrong keys.

    python benchmarks/watermark_false_positives.py PHOTOS [--keys 200] [--searches 2000]

Every photograph is cut at several places into 1,000 pictures of 256 x 256; every second one is
marked under the public key. Each is read directly under 200 other keys (200,000 readings), and
2,000 full searches run over the unmarked ones under changing keys. The derivation says at most
1.5e-8 for a direct reading and 9.5e-7 for a search, so that not one is to be expected.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from attacks import Pixels
from PIL import Image

from zoo_provenance.pictures import SUFFIXES
from zoo_provenance.watermark import embed, read
from zoo_provenance.watermark.canonical import (
    correlate,
    fold,
    luma_of,
    sample,
    spectrum_of,
    whiten,
)
from zoo_provenance.watermark.carriers import carriers_of
from zoo_provenance.watermark.convolution import decode
from zoo_provenance.watermark.payload import from_bits


def pictures(folder: Path, count: int) -> Iterator[Pixels]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    rng = np.random.default_rng(0)
    for number in range(count):
        image = Image.open(paths[number % len(paths)]).convert("RGB")
        side = int(min(image.size) * rng.uniform(0.6, 1.0))
        x, y = (int(rng.integers(0, length - side + 1)) for length in image.size)
        yield np.asarray(image.resize((256, 256), box=(x, y, x + side, y + side)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--searches", type=int, default=2000)
    given = parser.parse_args()
    made = list(pictures(given.photos, given.pictures))
    shown = [embed(p, i) if i % 2 else p for i, p in enumerate(made)]
    spectra = []
    for pixels in shown:
        luma = luma_of(pixels)
        spectra.append(spectrum_of(fold(whiten(sample(luma, luma.scale))[0])))
    direct = searched = 0
    for number in range(given.keys):
        key = number.to_bytes(32, "big")
        carriers = carriers_of(key)
        soft = np.stack([correlate(spectrum, carriers).bits for spectrum in spectra])
        for some in np.array_split(soft, max(1, len(soft) // 50)):
            direct += sum(from_bits(word, key) is not None for word in decode(some))
    for number in range(given.searches):
        key = (number // len(made)).to_bytes(4, "big") + b"another key"
        searched += read(made[number % len(made)], key=key) is not None
    print(f"{given.keys * len(made)} direct readings: {direct} false positives")
    print(f"{given.searches} full searches: {searched} false positives")


if __name__ == "__main__":
    main()
