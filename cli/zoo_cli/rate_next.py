"""What to do after ``zoo rate report``: more answers, more raters, or a model tuned to them."""

from __future__ import annotations

import shlex

from zoo.rating.report.tables import counted
from zoo.rating.report.trust import judges
from zoo.rating.resampling import LEAST_RATERS
from zoo.rating.store import Answers
from zoo.rating.summary import Summary


def next_steps(summary: Summary, answers: Answers) -> list[str]:
    """A line each, with the command to type, for a study and its summary."""
    file = shlex.quote(summary.file)
    resume = f"zoo rate resume {file}"
    steps = []
    if summary.answers < summary.planned and not summary.excluded:
        missing = summary.planned - summary.answers
        steps.append(f"to go on, {counted(missing, 'judgement')} short of the plan: {resume}")
    if len(judges(summary)) < LEAST_RATERS:
        more = f" --raters {LEAST_RATERS}" if summary.invited < LEAST_RATERS else ""
        steps.append(
            f"to learn of people in general, {LEAST_RATERS} raters at least: {resume}{more}"
        )
    if summary.study.kind == "which-is-better" and summary.answers:
        model = model_to_tune(answers)
        without = " --exclude-failed" if summary.excluded else ""
        steps.append(
            f"to tune a model to these answers: zoo rate export {file}{without} --out prefs.jsonl"
        )
        steps.append(f"  and then: zoo tune {model} --reward preference --reward-file prefs.jsonl")
    return steps


def model_to_tune(answers: Answers) -> str:
    """As a command names it: the study's own where one was compared with itself."""
    sets = answers.study.sets
    made = all(item.record for item in answers.items.values())
    return shlex.quote(sets[0]) if made and len(sets) == 1 else "MODEL"
