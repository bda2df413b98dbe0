"""Evaluating one folder of pictures against another, beside torch-fidelity.

    python benchmarks/evaluating.py [--n 5000] [--side 256] [--features fruits360] [--repeat 3]
        [--pictures FOLDER]

Two folders of ``--n`` PNGs each, ``--side`` pixels, by stylegan-lite with two seeds (kept in
FOLDER, and made anew where that is not given). Both programs see them with the very same network,
which torch-fidelity gets as an extractor of its own, and give Fréchet distance, kernel distance,
precision and recall (k = 5). Ours is what ``zoo evaluate`` does for one value of each, without a
cache; it gives a power spectrum of each picture beside. Each run is a process of its own, in turn:
seconds from its start to its end, imports and all, and the most memory that it and its children
had at once (proportional set size: shared pages count once; looked at 20 times a second).

torch-fidelity loads pictures in min(4, twice the processors) processes, which is its default; it
estimates the kernel distance from 100 subsets of 1,000 pictures, ours is that of all pictures.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from zoo.evaluation.extractor import Extractor, load_extractor
from zoo.evaluation.measuring import load_measure
from zoo.evaluation.sets import open_set, seen
from zoo.plugins import plugin_manager
from zoo.scaling import scale

MODEL = "stylegan-lite"
MEASURES = ("frechet_distance", "kernel_distance", "precision", "recall")
NEIGHBOURS = 5
"""As wide as our manifolds are; its own default is 3."""
_LOOKS = 0.05


def make(folder: Path, n: int, side: int, seed: int) -> None:
    """A folder of PNGs, which is left alone where it is there."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True)
    found = open_set(MODEL, n=n, seed=seed)

    def write(picture: np.ndarray) -> Image.Image:
        return Image.fromarray(scale(picture, (side, side)))

    for place, image in found.each(range(n), write):
        image.save(folder / f"{place:05}.png")


def ours(one: str, other: str, features: str) -> dict[str, float]:
    extractor = load_extractor(features, device="cpu")
    samples, reference = (seen(open_set(name, n=10**9), extractor) for name in (one, other))
    measures = plugin_manager().measures()
    return {
        name: load_measure(measures[name]).prepare(reference, None)(samples) for name in MEASURES
    }


def torch_fidelity(one: str, other: str, features: str) -> dict[str, float]:
    from zoo.timm_import import import_timm

    import_timm()  # first: it gets along with a torchvision that does not fit torch
    import torch_fidelity as peer

    peer.register_feature_extractor("same", wrapped(load_extractor(features, device="cpu")))
    found = peer.calculate_metrics(
        input1=one, input2=other, cuda=False, fid=True, kid=True, prc=True, batch_size=64,
        feature_extractor="same", verbose=False, cache=False, prc_neighborhood=NEIGHBOURS,
        kid_subset_size=min(1000, len(list(Path(one).iterdir()))),
    )  # fmt: skip
    names = ("frechet_inception_distance", "kernel_inception_distance_mean", "precision", "recall")
    return {ours: float(found[theirs]) for ours, theirs in zip(MEASURES, names, strict=True)}


def wrapped(extractor: Extractor) -> type:
    """The network as a class that torch-fidelity makes its extractor of."""
    import torch
    from torch_fidelity.feature_extractor_base import FeatureExtractorBase

    class Same(FeatureExtractorBase):  # type: ignore[misc]
        def __init__(self, name: str, layers: list[str], **_: Any) -> None:
            super().__init__(name, layers)

        @staticmethod
        def get_provided_features_list() -> tuple[str, ...]:
            return ("features",)

        @staticmethod
        def get_default_feature_layer_for_metric(metric: str) -> str:
            del metric
            return "features"

        @staticmethod
        def can_be_compiled() -> bool:
            return False

        def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor]:
            size = (extractor.side, extractor.side)
            fitted = torch.nn.functional.interpolate(
                pixels.float(), size, mode=extractor.filter, antialias=True
            )
            return (extractor.look(fitted / 127.5 - 1)[0],)

    return Same


RUNS = {"zoo": ours, "torch-fidelity": torch_fidelity}


def measure(name: str, folders: list[Path], features: str) -> tuple[float, float, dict[str, float]]:
    """Seconds, mebibytes and values of one run."""
    command = [sys.executable, __file__, "--run", name, "--features", features, *map(str, folders)]
    start, most = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, sum(_pss(pid) for pid in _tree(process.pid)))
            time.sleep(_LOOKS)
        took = time.perf_counter() - start
        assert process.stdout is not None
        said = process.stdout.read()
    if process.returncode:
        sys.exit(f"{name} ended with {process.returncode}")
    return took, most / 1024, json.loads(said.splitlines()[-1])


def _tree(pid: int) -> list[int]:
    """A process and all that it has started (Linux)."""
    found = [pid]
    try:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                found += _tree(int(child))
    except OSError:
        pass  # it has just ended
    return found


def _pss(pid: int) -> int:
    """KiB of a process, pages that others share counted in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def compare(given: argparse.Namespace, parent: Path) -> None:
    folders = [parent / f"{given.n}-{given.side}-seed{seed}" for seed in (1, 2)]
    for seed, folder in enumerate(folders, 1):
        make(folder, given.n, given.side, seed)
    found: dict[str, list[tuple[float, float, dict[str, float]]]] = {name: [] for name in RUNS}
    for _ in range(given.repeat):
        for name, runs in found.items():
            runs.append(measure(name, folders, given.features))
    print(f"| {given.n:,} + {given.n:,} PNGs of {given.side} pixels, {given.features} | seconds | "
          f"memory, MiB | {' | '.join(MEASURES)} |")  # fmt: skip
    print("|---|---:|---:" + "|---:" * len(MEASURES) + "|")
    for name, runs in found.items():
        took, most = (statistics.median(run[i] for run in runs) for i in (0, 1))
        values = " | ".join(f"{runs[0][2][measure]:.5g}" for measure in MEASURES)
        print(f"| {name} | {took:.1f} | {most:,.0f} | {values} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--run", choices=RUNS, help=argparse.SUPPRESS)
    parser.add_argument("--n", type=int, default=5000, help="pictures in each folder")
    parser.add_argument("--side", type=int, default=256, help="of a picture, in pixels")
    parser.add_argument("--features", default="fruits360", help="what both see with")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; medians are printed")
    parser.add_argument("--pictures", type=Path, help="folder to keep the pictures in")
    given = parser.parse_args()
    if given.run:
        print(json.dumps(RUNS[given.run](*given.folders, given.features)))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(given, given.pictures or Path(folder))


if __name__ == "__main__":
    main()
