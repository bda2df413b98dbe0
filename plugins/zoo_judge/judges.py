"""The bundled judges."""

from __future__ import annotations

from zoo.bundled import bundled
from zoo.judge import Judge


def _judge(name: str, summary: str) -> Judge:
    about = bundled("zoo_judge", f"judge.{name}")
    return Judge(
        name=name,
        summary=summary,
        factory="zoo_judge.network:build",
        weights=about.weights,
        labels=about.labels,
        size=64,
        licence=about.licence,
        trained_on=about.trained_on,
    )


FRUITS = _judge(
    "fruits360", "Tells 103 kinds of fruit apart: the label classifier of the bundled models"
)
EUROSAT = _judge(
    "eurosat", "Tells ten kinds of land apart from above: a judge that has never seen fruit"
)
