"""From comparisons to a tuned model, with a rater whose taste is known: redder is better.

    python benchmarks/learnt_preference.py [--comparisons 50 100 200] [--sure 1]

The whole way of a user: zoo rate's study of one model, answers, zoo rate export, zoo tune --reward
preference. The rater prefers the redder picture with log-odds of ``--sure`` for each level (of 255)
by which its mean red exceeds that of its mean green and blue.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import zoo
import zoo.errors
from zoo.rating.beginning import begin_study
from zoo.rating.exporting import export_preferences
from zoo.rating.planning import Plan
from zoo.rating.recording import Recorder
from zoo.rating.store import open_answers
from zoo.rating.study import Answer
from zoo.tuning.tune import tune

MODEL = "stylegan-lite"


def redness(pixels: np.ndarray) -> float:
    values = pixels.astype(float)
    return float(values[..., 0].mean() - values[..., 1:].mean())


def rated(file: Path, comparisons: int, sure: float) -> None:
    """A study that the made-up rater has answered."""
    begin_study(file, Plan("which-is-better", n=comparisons, catches=0), [MODEL])
    answers, chance = open_answers(file), np.random.default_rng(1)
    with Recorder(file) as recorder:
        for trial in answers.trials():
            left, right = (
                redness(np.asarray(Image.open(io.BytesIO(answers.picture(item.sha256)))))
                for item in trial.items
            )
            first = chance.random() < 1 / (1 + np.exp(-sure * (left - right)))
            recorder.record(trial.rater, Answer(trial.id, "left" if first else "right", 1000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comparisons", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--sure", type=float, default=1.0)
    asked = parser.parse_args()
    before = [redness(p.pixels) for p in zoo.load(MODEL).generate(128, seed=77)]
    print(f"redness of {MODEL}: {np.mean(before):.1f} levels on 128 pictures")
    for count in asked.comparisons:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["ZOO_HOME"] = str(Path(folder) / "home")
            study, prefs, out = (Path(folder) / name for name in ("s.sqlite", "p.jsonl", "out"))
            rated(study, count, asked.sure)
            export_preferences(open_answers(study), prefs)
            try:
                report = tune(MODEL, "preference", out, reward_file=prefs, device="cpu")
            except zoo.errors.UsageError as error:
                print(f"{count} comparisons: {error}")
                continue
            after = [redness(p.pixels) for p in zoo.load(str(out)).generate(128, seed=77)]
            facts = report.reward_facts
            print(
                f"{count} comparisons: held-out accuracy {facts['held_out_accuracy']:.2f} "
                f"(p {facts['p']}); reward {report.before.mean:.2f} -> {report.after.mean:.2f}, "
                f"redness {np.mean(after):.1f}, moved {report.moved:.1f} levels, "
                f"label accuracy {report.accuracy}"
            )


if __name__ == "__main__":
    main()
