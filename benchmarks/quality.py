"""Quality of generated pictures beside anchors and a peer.

    python benchmarks/quality.py --data PACK [--models stylegan-lite,vae-lite,refine-lite:steps=4]
        [--n 5000] [--peer RUN/samples.safetensors] [--samples NAME=FILE] [--figures FOLDER]
        [--json OUT]

PACK is what ``zoo data prepare`` made; its test split is the reference. Of each model ``--n``
samples at native size, quantised, labels in the test split's proportions. Fréchet distance, kernel
distance (times 1000), improved precision and recall (k = 5) on each judge, and how often the judge
that knows the data's labels sees the one that was asked for. Measured the same way: pictures of the
train split (the floor: nothing can be expected to be better) and an untrained network (the
ceiling). All depend on the number of pictures: compare rows of the same n.

``nearest`` is the median distance to the nearest train picture, beside that of test pictures, in
each judge's features and as root mean square of grey levels at 32 x 32; ``nearer`` the share of
samples that are nearer to one than all but 1 % of the test pictures. Copies would have 0 and 100 %,
as the train pictures themselves have.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from quality_figures import save_nearest
from quality_sets import Samples, of_file, of_model, of_train, of_untrained

from zoo.data.pack import Pictures, load_pack
from zoo.errors import ZooError
from zoo.evaluation.features import features_of, logits_of
from zoo.evaluation.frechet import frechet_distance, moments
from zoo.evaluation.kernel import kernel_distance
from zoo.evaluation.label_accuracy import label_accuracy
from zoo.evaluation.nearest import nearest
from zoo.evaluation.precision_recall import precision_recall
from zoo.evaluation.sampling import proportional_labels
from zoo.judging import LoadedJudge, load_judge

K = 5
GREY = "grey levels"
SIDE = 32  # of pictures whose grey levels are compared


def grey_levels(x: torch.Tensor) -> NDArray[np.float32]:
    """uint8 (N, 3, S, S) to float32 (N, D), so that distances are root mean squares."""
    parts = [torch.nn.functional.adaptive_avg_pool2d(p.float(), SIDE) for p in x.split(500)]
    levels: NDArray[np.float32] = torch.cat(parts).flatten(1).numpy()
    return levels / np.float32(levels.shape[1] ** 0.5)


class Bench:
    """The reference as every space sees it: each judge's features, and grey levels."""

    def __init__(self, data: Pictures, test: Pictures, judges: list[LoadedJudge]) -> None:
        self.data, self.test, self.judges = data, test, judges
        self.train, self.reference = self.see(data.pixels), self.see(test.pixels)
        self.moments = {judge.name: moments(self.reference[judge.name]) for judge in judges}
        self.near = self.nearest_train(self.reference)
        knows = [j for j in judges if data.names and set(data.names) <= set(j.labels)]
        self.classifier = knows[0] if knows else None

    def see(self, x: torch.Tensor) -> dict[str, NDArray[np.float32]]:
        seen = {}
        for judge in self.judges:
            print(f"{judge.name} looks at {len(x):,} pictures", file=sys.stderr, flush=True)
            seen[judge.name] = features_of(judge, x)
        return seen | {GREY: grey_levels(x)}

    def nearest_train(self, seen: dict[str, Any]) -> dict[str, NDArray[np.float64]]:
        return {space: nearest(seen[space], self.train[space]).distances for space in seen}

    def measure(self, samples: Samples) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
        """The row of a set, and its distances to the nearest train pictures."""
        x = torch.from_numpy(samples.x).permute(0, 3, 1, 2)
        seen = self.see(x)
        row: dict[str, Any] = {"name": samples.name, "n": len(x), **samples.about}
        row["judges"] = {j.name: self.on_judge(j.name, seen[j.name]) for j in self.judges}
        if self.classifier and samples.y is not None:
            known = [self.classifier.labels.index(name) for name in self.data.names]
            logits = logits_of(self.classifier, x)
            asked = np.array(known)[samples.y]
            row["label_accuracy"] = label_accuracy(logits, asked)
            row["label_accuracy_5"] = label_accuracy(logits, asked, top=min(5, logits.shape[1]))
        near = self.nearest_train(seen)
        row["nearest_train"] = {
            space: {
                "median": float(np.median(near[space])),
                "median_of_test": float(np.median(self.near[space])),
                "share_below_test_1_percent": float(
                    (near[space] < np.quantile(self.near[space], 0.01)).mean()
                ),
            }
            for space in near
        }
        return row, near

    def on_judge(self, name: str, features: NDArray[np.float32]) -> dict[str, float]:
        kernel = kernel_distance(features, self.reference[name])
        both = precision_recall(features, self.reference[name], k=K)
        return {
            "frechet": frechet_distance(features, self.moments[name]),
            "kernel": kernel.mean,
            "kernel_deviation": kernel.deviation,
            "precision": both.precision,
            "recall": both.recall,
        }


def sets(given: argparse.Namespace, data: Pictures, test: Pictures) -> Iterator[Samples]:
    """What is asked for, one after another: models, the peer, files, anchors."""
    reference = test.labels.numpy()
    labels = proportional_labels(reference, given.n, seed=given.seed)
    for name in filter(None, given.models.split(",")):
        yield of_model(name, data, labels, given.seed)
    for name, path in given.samples:
        yield of_file(name, Path(path), data)
    if given.anchors:
        yield of_train(data, reference, given.n, given.seed)
        yield of_untrained(given.untrained, data, labels, given.seed)


def tables(rows: list[dict[str, Any]], bench: Bench) -> str:
    """Markdown: one table a judge, and one of grey levels."""
    lines = []
    for judge in bench.judges:
        labels = judge is bench.classifier
        lines += _head(f"judge {judge.name}", *SCORES, *(["label"] if labels else []), *NEAR)
        for row in rows:
            got = row["judges"][judge.name]
            cells = [f"{got['frechet']:.3g}", f"{1e3 * got['kernel']:.3g}"]
            cells += [f"{got['precision']:.3f}", f"{got['recall']:.3f}"]
            if labels:
                cells += [f"{row['label_accuracy']:.1%}" if "label_accuracy" in row else "-"]
            lines.append(_line(row["name"], f"{row['n']:,}", *cells, *_near(row, judge.name)))
        lines.append("")
    lines += _head(GREY, *NEAR)
    lines += [_line(row["name"], f"{row['n']:,}", *_near(row, GREY)) for row in rows]
    return "\n".join(lines)


SCORES = ("Fréchet", "kernel", "precision", "recall")
NEAR = ("nearest", "of test", "nearer")


def _near(row: dict[str, Any], space: str) -> list[str]:
    near = row["nearest_train"][space]
    share = f"{near['share_below_test_1_percent']:.1%}"
    return [f"{near['median']:.3g}", f"{near['median_of_test']:.3g}", share]


def _head(*cells: str) -> list[str]:
    return [_line(cells[0], "n", *cells[1:]), _line("---", *["---:"] * len(cells))]


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r}: expected NAME=VALUE")
    return name, value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="what zoo data prepare made")
    parser.add_argument("--models", default="stylegan-lite,vae-lite,refine-lite",
                        help="NAME[:OPTION=VALUE...], separated by commas")  # fmt: skip
    parser.add_argument("--n", type=int, default=5000, help="samples of each model")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--judges", default="fruits360,eurosat")
    parser.add_argument("--peer", help="samples of ddim_peer.py")
    parser.add_argument("--samples", type=_pair, action="append", default=[], help="NAME=FILE")
    parser.add_argument("--anchors", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--untrained", default="stylegan-lite", help="recipe of the ceiling")
    parser.add_argument("--figures", type=Path, help="folder for a picture of nearness a model")
    parser.add_argument("--json", type=Path, help="file for all figures")
    given = parser.parse_args()
    if given.peer:
        given.samples.insert(0, ("peer (diffusers)", given.peer))
    return given


def main() -> None:
    given = _arguments()
    data, test = load_pack(given.data), load_pack(given.data, "test")
    bench = Bench(data, test, [load_judge(name) for name in given.judges.split(",")])
    rows = []
    for samples in sets(given, data, test):
        if len(samples.x) != given.n:
            print(f"{samples.name}: {len(samples.x):,} pictures, not {given.n:,}: compare it with "
                  "rows of its own n", file=sys.stderr)  # fmt: skip
        row, near = bench.measure(samples)
        rows.append(row)
        if given.figures and samples.about:
            path = save_nearest(samples.name, near, bench.near, given.figures)
            print(f"wrote {path}", file=sys.stderr)
    report = {
        "schema": 1,
        "data": data.about,
        "test": len(test),
        "seed": given.seed,
        "k": K,
        "judges": {judge.name: judge.revision for judge in bench.judges},
        "sets": rows,
    }
    if given.json:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(tables(rows, bench))


if __name__ == "__main__":
    try:
        main()
    except ZooError as error:
        sys.exit(f"error: {error}")
