"""A sheet to look at: pictures, the same with their marks, and the differences times 20.

    python benchmarks/watermark_sheet.py OUT [PHOTO…]

Without photographs, two pictures by the zoo's own models.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from attacks import Pixels
from PIL import Image

from zoo_provenance.watermark import embed


def own() -> list[Pixels]:
    import zoo

    asked = (("stylegan-lite", "Apple Red 1", 4), ("refine-lite.eurosat", "Residential", 1))
    return [
        next(zoo.load(model).generate(1, seed=seed, label=label)).pixels
        for model, label, seed in asked
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("photos", type=Path, nargs="*")
    given = parser.parse_args()
    opened = (Image.open(p).convert("RGB").resize((512, 512)) for p in given.photos)
    rows = []
    for pixels in [np.asarray(image) for image in opened] or own():
        marked = embed(pixels, 0xA1B2C3D4E5)
        difference = np.clip(128 + 20 * (marked.astype(int) - pixels), 0, 255).astype(np.uint8)
        rows.append(np.hstack([pixels, marked, difference]))
    Image.fromarray(np.vstack(rows)).save(given.out, optimize=True)


if __name__ == "__main__":
    main()
