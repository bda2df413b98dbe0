"""``zoo evaluate``: scores of models and of folders, with their conditions and intervals."""

from __future__ import annotations

from typing import Annotated

import typer

from .evaluate_options import (
    Against,
    Cache,
    Count,
    Device,
    Features,
    Force,
    HeldOut,
    MeasureNames,
    NoCache,
    Options,
    Overwrite,
    Report,
    Seed,
    Train,
    split_names,
)
from .evaluate_report import fail_if_empty, prepare, tell
from .evaluate_watch import resumable, watching
from .options import split_options
from .output import note, print_json, print_result, printable
from .plugins import note_failures


def evaluate(
    sets: Annotated[
        list[str] | None,
        typer.Argument(
            help="Models, folders of pictures, or packed data sets (FOLDER:test, FOLDER:train).",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", "-m", help="A model, as one of the SETS.")
    ] = None,
    against: Against = None,
    train: Train = None,
    held_out: HeldOut = None,
    features: Features = None,
    measures: MeasureNames = None,
    n: Count = 5000,
    seed: Seed = 0,
    options: Options = None,
    device: Device = None,
    report: Report = None,
    force: Force = False,
    overwrite: Overwrite = False,
    cache: Cache = None,
    no_cache: NoCache = False,
    list_measures: Annotated[bool, typer.Option("--list", help="List the measures.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Measure how good generated pictures are, with conditions and intervals beside every score.

    A bundled model needs nothing else: zoo evaluate --model stylegan-lite. What was seen of
    pictures is kept, so that a run that was broken off goes on where it was.
    """
    from zoo.errors import UsageError

    if list_measures:
        _list(as_json)
        return
    chosen = [*(sets or []), *(model or [])]
    if not chosen:
        raise UsageError("say what to evaluate: zoo evaluate --model MODEL, or zoo evaluate FOLDER")
    from zoo.extras import require_models

    require_models()
    from zoo.evaluating import evaluate as measure
    from zoo.evaluation.report.writing import write_evaluations
    from zoo.evaluation.result_json import as_table

    prepare(report, overwrite=overwrite)
    with resumable(), watching() as watch:
        evaluations = measure(
            *chosen, against=against, train=train, held_out=held_out,
            features=features or (), measures=split_names(measures), n=n,
            seed=seed, options=split_options(options),
            force=force, cache=False if no_cache else cache, device=device, watch=watch,
        )  # fmt: skip
        if report is not None:
            # What else may lie there was settled before anything was measured.
            write_evaluations(evaluations, report, overwrite=True, watch=watch)
            tell(report)
    if as_json:
        print_json(as_table(evaluations))
    else:
        from .evaluate_table import lines

        for line in lines(evaluations):
            print_result(line)
    fail_if_empty(evaluations)


def _list(as_json: bool) -> None:
    from zoo.plugins import plugin_manager

    note_failures()
    measures = plugin_manager().measures().values()
    if as_json:
        table = [
            {"name": m.name, "summary": m.summary, "better": m.better, "needs": sorted(m.needs),
             "least": m.least, "least_share": m.least_share}
            for m in measures
        ]  # fmt: skip
        print_json({"schema": 1, "measures": table})
        return
    for m in measures:
        needs = f"  (needs {', '.join(sorted(m.needs))})" if m.needs else ""
        print_result(printable(f"{m.name:<24}{m.summary}{needs}"))
    if not measures:
        note("no plugin brings a measure; zoo plugins says what is loaded")
