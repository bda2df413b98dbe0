"""The watermark beside its peers: what is recovered after which attack, at what cost to the eye.

    python benchmarks/watermark.py PHOTOS [--models] [--size 512] [--n 205] [--peers NAME…]
        [--attacks NAME…] [--weaker DECIBELS]

PHOTOS is a folder of photographs; those whose name has an even first byte of SHA-256 are measured
(the others were used for tuning), each cut to a square and scaled to ``--size``. ``--models`` adds
``--n`` pictures of each of the zoo's models at 256. A cell is the share of pictures whose payload
comes back exactly. Peers (``pip install invisible-watermark blind-watermark onnxruntime
opencv-python-headless``) carry 40 bits too (rivaGan: its 32), at their own default strengths, and
read the attacked picture as it is. ``--weaker`` lowers all three limits of our own mark by so many
decibels (raises them where negative), for the curve of robustness against quality.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from attacks import ATTACKS, Pixels
from PIL import Image
from scipy.ndimage import gaussian_filter
from watermark_peers import PEERS

from zoo_provenance.pictures import SUFFIXES
from zoo_provenance.watermark import embed, embedding, read

Method = tuple[Callable[[Pixels, int], Pixels], Callable[[Pixels], int | None]]


def weaken(decibels: float) -> None:
    """All three limits of the mark, so many decibels lower than they ship."""
    embedding.LEAST_PSNR += decibels
    embedding.SSIM_LOSS *= 10 ** (-decibels / 10)
    embedding.FLAT_AMPLITUDE *= 10 ** (-decibels / 20)


def ours() -> Method:
    def found(pixels: Pixels) -> int | None:
        reading = read(pixels)
        return None if reading is None else reading.payload

    return embed, found


METHODS: dict[str, Callable[[], Method]] = {"zoo": ours, **PEERS}


@functools.cache
def method_of(name: str) -> Method:
    """A method, its networks loaded once a process."""
    return METHODS[name]()


def photographs(folder: Path, size: int, most: int) -> Iterator[tuple[str, Pixels]]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    names = [(p.relative_to(folder).as_posix(), p) for p in paths]
    measured = [(n, p) for n, p in names if hashlib.sha256(n.encode()).digest()[0] % 2 == 0]
    for name, path in measured[:most]:
        image = Image.open(path).convert("RGB")
        width, height = image.size
        side = min(width, height)
        x, y = (width - side) // 2, (height - side) // 2
        square = image.resize(
            (size, size), Image.Resampling.LANCZOS, box=(x, y, x + side, y + side)
        )
        yield name, np.asarray(square)


def generated(most: int) -> Iterator[tuple[str, Pixels]]:
    import zoo
    from zoo.catalogue import list_models

    for card in list_models():
        for picture in zoo.load(card.id).generate(most, seed=20_000):
            yield f"{card.id}/{picture.index}", picture.pixels


def psnr(a: Pixels, b: Pixels) -> float:
    error = np.mean(np.square(a.astype(np.float64) - b))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def ssim(a: Pixels, b: Pixels) -> float:
    """Mean structural similarity of the luma (Wang et al. 2004: Gaussian window of 1.5)."""
    x, y = (p @ np.array([0.299, 0.587, 0.114]) for p in (a, b))

    def mean(t: np.ndarray) -> np.ndarray:
        return gaussian_filter(t, 1.5, truncate=3.5)

    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    top = (2 * mx * my + 6.5025) * (2 * cov + 58.5225)
    return float((top / ((mx * mx + my * my + 6.5025) * (vx + vy + 58.5225))).mean())


def payload_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[1:6], "big")


def one(job: tuple[str, str, Pixels, list[str]]) -> dict[str, object]:
    """One picture through one method: figures, and which attacks it survives."""
    method, name, pixels, attacks = job
    put, get = method_of(method)
    wanted = payload_of(name)
    put(pixels, wanted)  # keys, filters and networks are made once a process
    start = time.process_time()
    marked = put(pixels, wanted)
    spent = time.process_time() - start
    survived, seconds = {}, {}
    for label in attacks:
        attacked = ATTACKS[label](marked)
        start = time.process_time()
        got = get(attacked)
        seconds[label] = time.process_time() - start
        survived[label] = got == (wanted & 0xFFFFFFFF if "rivaGan" in method else wanted)
        if method == "zoo" and got not in (None, wanted):
            print(f"a wrong payload: {name} after {label}", file=sys.stderr)
    figures = {"psnr": psnr(pixels, marked), "ssim": ssim(pixels, marked), "embed": spent}
    group = name.split("/")[0] if ".fruits360/" in name or ".eurosat/" in name else "photographs"
    return {"method": method, "group": group, "survived": survived, "read": seconds, **figures}


def summary(rows: Iterable[dict]) -> dict[str, object]:
    rows = list(rows)
    values = {k: np.array([r[k] for r in rows]) for k in ("psnr", "ssim", "embed")}
    return {
        "pictures": len(rows),
        "psnr": [round(float(values["psnr"].mean()), 2), round(float(values["psnr"].min()), 1)],
        "ssim": [round(float(values["ssim"].mean()), 4), round(float(values["ssim"].min()), 3)],
        "embed_ms": round(1e3 * float(np.median(values["embed"])), 1),
        "read_ms": {
            a: round(1e3 * float(np.median([r["read"][a] for r in rows])), 1)
            for a in rows[0]["read"]
        },
        "recovered": {
            a: round(100 * float(np.mean([r["survived"][a] for r in rows])), 1)
            for a in rows[0]["read"]
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--models", action="store_true")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--n", type=int, default=205)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), default=[])
    parser.add_argument("--attacks", nargs="*", choices=list(ATTACKS), default=list(ATTACKS))
    parser.add_argument("--weaker", type=float, default=0.0, metavar="DECIBELS")
    asked = parser.parse_args()
    pictures = [*photographs(asked.photos, asked.size, asked.n)]
    if asked.models:
        pictures += generated(asked.n)
    jobs = [
        (method, name, pixels, asked.attacks)
        for method in ("zoo", *asked.peers)
        for name, pixels in pictures
    ]
    with multiprocessing.Pool(asked.jobs, weaken, (asked.weaker,)) as pool:
        rows = list(pool.imap(one, jobs))
    groups = dict.fromkeys((r["method"], r["group"]) for r in rows)
    table = {
        f"{method}, {group}": summary(
            r for r in rows if (r["method"], r["group"]) == (method, group)
        )
        for method, group in groups
    }
    print(json.dumps({"size": asked.size, "results": table}, indent=1))


if __name__ == "__main__":
    main()
