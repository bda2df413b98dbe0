"""What to do after ``zoo rate report``: more answers, more raters, or a model tuned to them."""

from __future__ import annotations

import shlex

from zoo.rating.report.trust import judges
from zoo.rating.resampling import LEAST_RATERS
from zoo.rating.summary import Summary


def next_steps(summary: Summary) -> list[str]:
    """A line each, with the command to type."""
    file = shlex.quote(summary.file)
    resume = f"zoo rate resume {file}"
    steps = []
    if summary.answers < summary.planned and not summary.excluded:
        missing = summary.planned - summary.answers
        steps.append(f"to go on with the {missing} that are missing: {resume}")
    if len(judges(summary)) < LEAST_RATERS:
        more = f" --raters {LEAST_RATERS}" if summary.invited < LEAST_RATERS else ""
        steps.append(
            f"to learn of people in general, {LEAST_RATERS} raters at least: {resume}{more}"
        )
    if summary.study.kind == "which-is-better" and summary.answers:
        sets = summary.study.sets
        model = shlex.quote(sets[0]) if len(sets) == 1 else "MODEL"
        without = " --exclude-failed" if summary.excluded else ""
        steps.append(
            f"to tune a model to these answers: zoo rate export {file}{without} --out prefs.jsonl"
        )
        steps.append(f"  and then: zoo tune {model} --reward preference --reward-file prefs.jsonl")
    return steps
