"""A mark in the latent: how many of its bits survive which attack.

    python benchmarks/latent_mark.py [--models refine-lite vae-lite] [--n 48]

The signs of ``z`` are set by a key and an id, its magnitudes stay half-normal, so that over keys
``z`` stays exactly N(0, I) (Yang et al. 2024, "Gaussian Shading", with signs): the picture is one
that the model could have made anyway. The attacked picture is scaled to the model's size and
encoded with its label known (``refine-lite``: the flow backwards; ``vae-lite``: its encoder).
*signs* is the share of the latent's signs that come back (50 % is chance); *id* the share of
pictures that give back the exact 40-bit id, by the code and the check of the pixels' watermark,
where the latent has room for them. Crops are not aligned first. *other label* is read as if the
picture had the next label; *not marked* are pictures of plain noise, read in the same way.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

import numpy as np
from attacks import ATTACKS, Pixels

import zoo
from zoo.scaling import scale
from zoo_provenance.watermark.convolution import RATE, decode, encode
from zoo_provenance.watermark.payload import BITS, from_bits, to_bits

KEY = bytes(range(32))
SIDE = 256
BATCH = 16
ASKED = (
    "none",
    "JPEG 90",
    "JPEG 70",
    "JPEG 50",
    "WebP 75",
    "0.5x and back",
    "blur 1",
    "noise 5",
    "noise 15",
    "brightness 1.2",
    "grey",
    "social chain",
    "crop 80 %",
    "mirrored",
)


class Layout:
    """Which coded bit each element of a latent carries, under which keyed sign."""

    def __init__(self, size: int) -> None:
        rng = np.random.default_rng(list(KEY))
        self.coded = BITS * RATE if size >= 4 * BITS * RATE else 0
        self.chips = rng.choice(np.array([-1.0, 1.0], np.float32), size)
        self.of = rng.permutation(size) % max(1, self.coded)

    def signs(self, id: int, rng: np.random.Generator) -> np.ndarray:
        if not self.coded:  # no room for the code: as many random bits as the latent has elements
            return rng.choice(np.array([-1.0, 1.0], np.float32), len(self.chips))
        return self.chips * encode(to_bits(id, KEY))[self.of]

    def id(self, z: np.ndarray) -> int | None:
        soft = np.bincount(self.of, z * self.chips, self.coded).astype(np.float32)
        return from_bits(decode(soft[None])[0], KEY)


def marked_latents(layout: Layout, shape: tuple[int, ...], n: int) -> tuple[np.ndarray, list[int]]:
    rng = np.random.default_rng(1)
    ids = [int(i) for i in rng.integers(0, 2**40, n)]
    sizes = np.abs(rng.standard_normal((n, len(layout.chips)), np.float32))
    return np.stack([s * layout.signs(i, rng) for s, i in zip(sizes, ids, strict=True)]).reshape(
        n, *shape
    ), ids


def in_batches(act: Callable[..., np.ndarray], values: Sequence, names: list[str]) -> np.ndarray:
    parts = range(0, len(values), BATCH)
    return np.concatenate(
        [act(np.stack(values[i : i + BATCH]), names[i : i + BATCH]) for i in parts]
    )


def report(title: str, back: np.ndarray, z: np.ndarray, layout: Layout, ids: list[int]) -> None:
    signs = float(np.mean(np.sign(back) == np.sign(z)))
    exact = "-"
    if layout.coded:
        found = [layout.id(one.ravel()) for one in back]
        exact = f"{np.mean([a == b for a, b in zip(found, ids, strict=True)]):.1%}"
    print(f"  {title:<16} signs {signs:6.1%}   id {exact:>6}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="*", default=["refine-lite", "vae-lite"])
    parser.add_argument("--n", type=int, default=48)
    asked = parser.parse_args()
    for name in asked.models:
        model = zoo.load(name)
        labels, size = model.card.labels, model.card.size
        shape = model.generator.latent_shape(size)
        layout = Layout(int(np.prod(shape)))
        z, ids = marked_latents(layout, shape, asked.n)
        names, others = ([labels[(i + k) % len(labels)] for i in range(asked.n)] for k in (0, 1))
        pictures = in_batches(model.decode, z, names)
        print(f"{model.card.id}: a latent of {z[0].size} elements, {asked.n} pictures")
        for label in ASKED:
            shown = [attacked(picture, label, size) for picture in pictures]
            report(label, in_batches(model.encode, shown, names), z, layout, ids)
        shown = [attacked(picture, "none", size) for picture in pictures]
        report("other label", in_batches(model.encode, shown, others), z, layout, ids)
        plain = np.random.default_rng(2).standard_normal(z.shape, np.float32)
        shown = [attacked(p, "none", size) for p in in_batches(model.decode, plain, names)]
        report("not marked", in_batches(model.encode, shown, names), z, layout, ids)


def attacked(picture: Pixels, label: str, size: tuple[int, int]) -> Pixels:
    """A picture, shown at 256 pixels, attacked, and scaled back to the model's size."""
    return scale(ATTACKS[label](scale(picture, (SIDE, SIDE))), size)


if __name__ == "__main__":
    main()
