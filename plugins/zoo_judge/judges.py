"""The bundled judges."""

from __future__ import annotations

from zoo.bundled import bundled, bundled_reference
from zoo.judge import Judge


def _judge(name: str, summary: str, data: tuple[str, ...]) -> Judge:
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
        references=tuple(bundled_reference("zoo_judge", f"{of}.{name}") for of in data),
    )


FRUITS = _judge(
    "fruits360",
    "Tells 103 kinds of fruit apart: the label classifier of the bundled models",
    data=("fruits360",),
)
EUROSAT = _judge(
    "eurosat",
    "Tells ten kinds of land apart from above: a judge that has never seen fruit",
    data=("fruits360", "eurosat"),
)
