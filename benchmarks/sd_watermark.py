"""What the watermark of Stable Diffusion and FLUX survives, and how often it is seen where none is.

    python benchmarks/sd_watermark.py PHOTOS [--marked 25] [--unmarked 430]

Needs the extra ``sd-watermark``. The package's own encoder marks the photographs, given pixels as
each generator gives them.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from pathlib import Path

import numpy as np
from imwatermark import WatermarkEncoder
from PIL import Image

from zoo_provenance.errors import PictureError
from zoo_provenance.pictures import SUFFIXES, open_picture
from zoo_provenance.sd_watermark import MAX_RATE, MESSAGES, MIN_SIDE, Message, find

SIZES = (512, 1024)


def photographs(folder: Path, most: int) -> list[Path]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    return paths[:: max(1, len(paths) // most)][:most]


def cropped(path: Path, size: int) -> np.ndarray:
    image = open_picture(path.read_bytes())
    scale = size / min(image.size)
    wide = image.resize([round(side * scale) for side in image.size], Image.Resampling.LANCZOS)
    return np.asarray(wide.crop((0, 0, size, size)))


def marked(pixels: np.ndarray, message: Message) -> np.ndarray:
    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", list(message.bits))
    kind = np.float32 if message.writings[0].floats else np.uint8
    bgr = np.ascontiguousarray(pixels[:, :, ::-1], dtype=kind)
    return np.clip(np.rint(encoder.encode(bgr, "dwtDct")[:, :, ::-1]), 0, 255).astype(np.uint8)


def saved(pixels: np.ndarray, quality: int | None) -> np.ndarray:
    if quality is None:
        return pixels
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out))


def recall(paths: list[Path]) -> None:
    for size in SIZES:
        pictures = [cropped(path, size) for path in paths]
        for message in MESSAGES:
            marks = [marked(p, message) for p in pictures]
            shares = []
            for quality in (None, 90, 75):
                matches = [find(saved(p, quality)) for p in marks]
                shares.append(sum(m is not None and m.name == message.name for m in matches))
            told = ", ".join(map(str, shares))
            print(f"{size} px, {message.name}: of {len(pictures)} untouched, JPEG 90, 75: {told}")


def false_positives(paths: list[Path]) -> None:
    count = found = 0
    times = []
    for path in paths:
        try:
            pixels = np.asarray(open_picture(path.read_bytes()))
        except PictureError:
            continue
        if min(pixels.shape[:2]) < MIN_SIDE:
            continue
        start = time.perf_counter()
        match = find(pixels)
        times.append(time.perf_counter() - start)
        count += 1
        found += match is not None
        if match is not None:
            print(f"false positive: {path}: {match}")
    print(f"{found} of {count} photographs without a mark match (calculated: {MAX_RATE:g})")
    print(f"{statistics.median(times):.2f} s a picture, {max(times):.2f} s at most")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--marked", type=int, default=25)
    parser.add_argument("--unmarked", type=int, default=430)
    given = parser.parse_args()
    if given.marked:
        recall(photographs(given.photos, given.marked))
    if given.unmarked:
        false_positives(photographs(given.photos, given.unmarked))


if __name__ == "__main__":
    main()
