"""Make the references that ship with the bundled judges: data of the bundled models in features.

    zoo data prepare fruits360-64/ fruits --name "Fruits-360 version 2019.05.06.1" --licence MIT
    zoo data prepare eurosat-64/ eurosat --name EuroSAT --licence MIT
    python benchmarks/make_references.py fruits eurosat --out plugins/zoo_judge/references

Of every file its size, and what rounding does to the scores that it is for: the
Fréchet distance of the rounded test features from the exact ones, and the distance of each test
picture to its nearest training picture, mean and largest relative error.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoo.evaluation.cache import default_cache
from zoo.evaluation.extractor import Extractor, load_extractor
from zoo.evaluation.frechet import frechet_distance
from zoo.evaluation.nearest import nearest
from zoo.evaluation.reference_file import Reference, from_file, to_file
from zoo.evaluation.sets import open_set, seen
from zoo.safetensor import VerifiedFile
from zoo_provenance.atomic import write_atomically

ALL = 10**9
PAIRS = (("fruits360", "fruits360"), ("fruits360", "eurosat"), ("eurosat", "eurosat"))
"""Data and the judge that sees them: the one that knows their labels, and an independent one."""
THUMBNAILS = 64
ATTRIBUTION = {
    "fruits360": {
        "about": "Fruits-360 version 2019.05.06.1 (MIT)",
        "trained_on": ["Fruits-360 version 2019.05.06.1 (MIT)"],
        "remark": "the train and test pictures of Fruits-360 show the same fruit from other angles "
        "of a turntable, so that real pictures, too, stay well below 1 in precision",
        "licence": "MIT",
        "copyright": "Copyright (c) 2017-2019 Mihai Oltean, Horea Muresan",
        "source": "https://github.com/Horea94/Fruit-Images-Dataset",
    },
    "eurosat": {
        "about": "EuroSAT RGB (MIT; contains modified Copernicus Sentinel data)",
        "trained_on": [
            "EuroSAT RGB (MIT; contains modified Copernicus Sentinel data)",
            "EuroSAT (MIT)",
        ],
        "licence": "MIT; contains modified Copernicus Sentinel data",
        "copyright": "Copyright (c) 2023 Patrick Helber",
        "source": "https://github.com/phelber/EuroSAT",
    },
}


def reference(data: str, pack: Path, extractor: Extractor) -> tuple[Reference, NDArray[np.uint8]]:
    """All of both splits, and thumbnails of the test split."""
    test, train = (open_set(f"{pack}:{split}", n=ALL) for split in ("test", "train"))
    labels = test.labels
    assert labels is not None
    whole = Reference(
        data,
        str(ATTRIBUTION[data]["about"]),
        seen(test, extractor, cache=default_cache()),
        seen(train, extractor, cache=default_cache()),
        labels,
    )
    return whole, np.stack(test.at(varied(labels)))


def varied(labels: tuple[str, ...]) -> list[int]:
    """Rows of THUMBNAILS pictures: in turn one of each label, by a seed, then sorted by label."""
    rows: list[int] = []
    order = np.random.default_rng(0).permutation(len(labels)).tolist()
    while len(rows) < THUMBNAILS:
        fresh: set[str] = set()
        for row in order:
            if row not in rows and labels[row] not in fresh and len(rows) < THUMBNAILS:
                fresh.add(labels[row])
                rows.append(row)
    return sorted(rows, key=lambda row: labels[row])


def errors(exact: Reference, read: Reference) -> dict[str, float]:
    """What rounding does."""
    distances = nearest(exact.seen.features, exact.train.features).distances
    rounded = nearest(exact.seen.features, read.train.features).distances
    relative = np.abs(rounded - distances)[distances > 0] / distances[distances > 0]
    assert exact.seen.spectrum is not None
    assert read.seen.spectrum is not None
    means = exact.seen.spectrum.mean(axis=0) - read.seen.spectrum.mean(axis=0)
    return {
        "frechet_of_test": frechet_distance(read.seen.features, exact.seen.features),
        "nearest_train_mean": float(relative.mean()),
        "nearest_train_largest": float(relative.max()),
        "nearest_train_median": float(np.median(rounded) / np.median(distances) - 1),
        "mean_spectrum_largest": float(np.abs(means).max()),
    }


def write(data: str, pack: Path, judge: str, out: Path) -> None:
    """One reference as a file and its JSON beside."""
    extractor = load_extractor(judge, device="cpu")
    exact, thumbnails = reference(data, pack, extractor)
    own = thumbnails if data == judge else None  # once is enough
    content = to_file(exact, extractor.name, extractor.revision, own)
    digest = hashlib.sha256(content).hexdigest()
    read = from_file(VerifiedFile(f"{data}.{judge}", digest, content))
    path = out / f"{data}.{judge}.safetensors"
    write_atomically(path, content)
    table: dict[str, Any] = {
        "file": path.name,
        "size": len(content),
        "sha256": digest,
        "name": data,
        **ATTRIBUTION[data],
        "judge": judge,
        "revision": extractor.revision,
        "resize": extractor.resize,
        "test": exact.n,
        "train": len(exact.train),
        "created": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "rounding": errors(exact, read),
    }
    text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path.with_suffix(".json"), text.encode())
    print(f"{path}: {len(content):,} bytes; {table['rounding']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packs", nargs=2, type=Path, metavar="PACK", help="fruits, eurosat")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    packs = dict(zip(ATTRIBUTION, given.packs, strict=True))
    for data, judge in PAIRS:
        write(data, packs[data], judge, given.out)


if __name__ == "__main__":
    main()
