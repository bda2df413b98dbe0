"""``zoo compare``: several models beside each other, and which differences are more than noise."""

from __future__ import annotations

from pathlib import Path
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
from .output import print_json, print_result


def compare(
    sets: Annotated[
        list[str], typer.Argument(help="Models, folders of pictures, or packed data sets.")
    ],
    against: Against = None,
    train: Train = None,
    held_out: HeldOut = None,
    features: Features = None,
    measures: MeasureNames = None,
    n: Count = 5000,
    seed: Seed = 0,
    options: Options = None,
    device: Device = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Write the models' pictures side by side.")
    ] = None,
    report: Report = None,
    force: Force = False,
    overwrite: Overwrite = False,
    cache: Cache = None,
    no_cache: NoCache = False,
    no_speed: Annotated[
        bool, typer.Option("--no-speed", help="Do not measure how fast the models are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Compare models: scores, what people said of them, speed, size, and pictures side by side.

    Says of every difference whether it is more than noise. What was seen of pictures is kept, so
    that a run that was broken off goes on where it was.
    """
    from zoo.errors import UsageError

    if len(sets) < 2:
        raise UsageError("compare takes two sets or more; of one: zoo evaluate SET")
    from zoo.extras import require_models

    require_models()
    from zoo.comparing import compare as run
    from zoo.evaluation.report.writing import write_comparison
    from zoo.evaluation.result_json import comparison_table

    prepare(report, overwrite=overwrite)
    with resumable(), watching() as watch:
        found = run(
            *sets, against=against, train=train, held_out=held_out,
            features=features or (), measures=split_names(measures), n=n,
            seed=seed, options=split_options(options),
            force=force, cache=False if no_cache else cache, device=device, speed=not no_speed,
            sheet=sheet, watch=watch,
        )  # fmt: skip
        if report is not None:
            # What else may lie there, as --sheet now does, was settled before.
            found = write_comparison(found, report, overwrite=True, watch=watch)
            tell(report)
    if as_json:
        print_json(comparison_table(found))
    else:
        from .compare_table import lines

        for line in lines(found):
            print_result(line)
    fail_if_empty([e for subject in found.subjects for e in subject.evaluations])
