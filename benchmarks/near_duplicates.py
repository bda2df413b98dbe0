"""How far apart photographs are by perceptual hash, and how far their copies move.

``python benchmarks/near_duplicates.py FOLDER [COUNT]``: bits of 256 between different pictures, and
between a picture and its copy at JPEG quality 60 and three quarters of the size, and its copy with
2 % cut off each side. It is what the default of ``zoo data check --near`` rests on.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from zoo_provenance.fingerprint import distances, fingerprint
from zoo_provenance.pictures import SUFFIXES, open_picture


def smaller(image: Image.Image) -> Image.Image:
    out = io.BytesIO()
    size = (image.width * 3 // 4, image.height * 3 // 4)
    image.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=60)
    return open_picture(out.getvalue())


def cropped(image: Image.Image) -> Image.Image:
    x, y = image.width // 50, image.height // 50
    return image.crop((x, y, image.width - x, image.height - y))


def moved(hash: bytes, copy: Image.Image) -> int:
    return int(distances(hash, np.frombuffer(fingerprint(copy).hash, np.uint8)[None])[0])


def main(folder: Path, count: int) -> None:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)[:count]
    hashes, copies, crops = [], [], []
    for path in paths:
        image = open_picture(path.read_bytes())
        image.thumbnail((256, 256))
        hashes.append(fingerprint(image).hash)
        copies.append(moved(hashes[-1], smaller(image)))
        crops.append(moved(hashes[-1], cropped(image)))
    table = np.frombuffer(b"".join(hashes), np.uint8).reshape(len(hashes), -1)
    apart = np.stack([distances(one, table) for one in hashes])
    np.fill_diagonal(apart, 257)
    print(f"{len(paths)} pictures; nearest different pair: {apart.min()} bits of 256")
    for name, found in (("JPEG 60, three quarters", copies), ("2 % cut off each side", crops)):
        quantiles = np.percentile(found, [50, 90, 99], method="higher").astype(int)
        print(f"{name}: median {quantiles[0]}, 90 % {quantiles[1]}, 99 % {quantiles[2]} bits")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 250)
