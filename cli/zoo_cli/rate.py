"""``zoo rate``: let people judge pictures in a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import rate_export, rate_report
from .output import note, print_json, print_result, printable

if TYPE_CHECKING:
    from zoo.rating.planning import Plan
    from zoo.rating.study import Kind, Rater

app = typer.Typer(
    help="Let people judge pictures in a browser: real or generated, which is better, scales.",
    no_args_is_help=True,
)

Number = Annotated[int, typer.Option("-n", min=1, help="Pictures to be judged.")]
Seed = Annotated[int, typer.Option(min=0, help="Of the choice of pictures and their order.")]
Raters = Annotated[int, typer.Option(min=1, help="How many people; each gets a link.")]
Catches = Annotated[
    int | None, typer.Option(min=0, help="Obvious pictures in between (a tenth of -n).")
]
Size = Annotated[
    int | None, typer.Option(help="Side of all pictures in pixels (the smallest there is).")
]
Device = Annotated[str | None, typer.Option(help="Where models run: cpu, cuda, cuda:N or mps.")]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The study's file (in the home of Zoo).")
]
Host = Annotated[
    str, typer.Option(help="Address to listen on; others than this let other machines in.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any free one.")]
Prepare = Annotated[
    bool, typer.Option("--prepare-only", help="Write the study, and let nobody rate yet.")
]
Open = Annotated[bool, typer.Option("--open", help="Open the first link in a browser here.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
LOCAL = "127.0.0.1"
PORT = 8474


@app.command("real-or-generated")
def real_or_generated(
    real: Annotated[str, typer.Option(help="A folder of pictures, or a packed data set.")],
    generated: Annotated[str, typer.Option(help="A model of: zoo models; or a folder.")],
    n: Number = 40,
    seed: Seed = 0,
    time_limit: Annotated[
        int | None,
        typer.Option(metavar="MS", min=1, help="Show each for so long; then noise covers it."),
    ] = None,
    raters: Raters = 1,
    catches: Catches = None,
    size: Size = None,
    out: Out = None,
    host: Host = LOCAL,
    port: Port = PORT,
    open_link: Open = False,
    prepare_only: Prepare = False,
    device: Device = None,
    as_json: Json = False,
) -> None:
    """Is it real, or generated? Half of the pictures are of each kind.

    With --time-limit as HYPE measures it (Zhou et al. 2019). Ctrl-C ends; zoo rate resume goes on.
    """
    plan = _plan("real-or-generated", n, seed, catches, size, time_limit=time_limit)
    file = _begin(plan, [real, generated], out, raters, device, prepare_only)
    _serve(file, host, port, open_link, prepare_only, as_json)


@app.command("which-is-better")
def which_is_better(
    sets: Annotated[
        list[str], typer.Argument(metavar="SET...", help="Models, folders, packed data sets.")
    ],
    n: Annotated[int, typer.Option("-n", min=1, help="Comparisons of two pictures.")] = 40,
    seed: Seed = 0,
    raters: Raters = 1,
    catches: Catches = None,
    size: Size = None,
    out: Out = None,
    host: Host = LOCAL,
    port: Port = PORT,
    open_link: Open = False,
    prepare_only: Prepare = False,
    device: Device = None,
    as_json: Json = False,
) -> None:
    """Which of two pictures is better? Two sets or more; of one, its pictures are compared.

    Both show the same label where labels are known. Ctrl-C ends; zoo rate resume goes on.
    """
    plan = _plan("which-is-better", n, seed, catches, size)
    file = _begin(plan, sets, out, raters, device, prepare_only)
    _serve(file, host, port, open_link, prepare_only, as_json)


@app.command("scales")
def scales(
    sets: Annotated[
        list[str], typer.Argument(metavar="SET...", help="Models, folders, packed data sets.")
    ],
    scale: Annotated[
        list[str] | None, typer.Option(help="aesthetics, coherence, fit (to the label); all.")
    ] = None,
    n: Number = 20,
    seed: Seed = 0,
    raters: Raters = 1,
    catches: Catches = None,
    size: Size = None,
    out: Out = None,
    host: Host = LOCAL,
    port: Port = PORT,
    open_link: Open = False,
    prepare_only: Prepare = False,
    device: Device = None,
    as_json: Json = False,
) -> None:
    """How good is each picture, from 1 to 5? Every picture once on each scale.

    Ctrl-C ends; zoo rate resume goes on.
    """
    plan = _plan("scales", n, seed, catches, size, scales=tuple(scale or ()))
    file = _begin(plan, sets, out, raters, device, prepare_only)
    _serve(file, host, port, open_link, prepare_only, as_json)


@app.command("resume")
def resume(
    study: Annotated[Path, typer.Argument(help="The file of a study.")],
    raters: Annotated[
        int | None, typer.Option(min=1, help="Raters in all, where more are wanted; never fewer.")
    ] = None,
    host: Host = LOCAL,
    port: Port = PORT,
    open_link: Open = False,
    as_json: Json = False,
) -> None:
    """Go on with a study, under the same links; pages that are still open go on by themselves."""
    from zoo.rating.store import open_answers

    answers = open_answers(study)
    if raters is not None:
        from zoo.rating.creating import add_raters

        add_raters(answers.file, raters)
    _serve(answers.file, host, port, open_link, False, as_json)


app.command("report")(rate_report.report)
app.command("export")(rate_export.export)


def _plan(
    kind: Kind, n: int, seed: int, catches: int | None, side: int | None, **more: Any
) -> Plan:
    from zoo.rating.planning import Plan

    return Plan(kind, n, seed, catches, side, **more)


def _begin(
    plan: Plan, sets: list[str], out: Path | None, raters: int, device: str | None, only: bool
) -> Path:
    from zoo.extras import require_rating
    from zoo.rating.beginning import begin_study, new_file

    if not only:
        require_rating()
    file = new_file(plan.kind) if out is None else out.expanduser()
    note("preparing the pictures …")
    study = begin_study(file, plan, sets, raters=raters, device=device)
    for line in study.about:
        note(printable(line))
    return file


def _serve(
    file: Path, host: str, port: int, open_link: bool, prepare_only: bool, as_json: bool
) -> None:
    from zoo.extras import require_rating

    if prepare_only:
        if as_json:
            print_json({"schema": 1, "study": str(file), "page": None, "raters": []})
        else:
            print_result(f"{file}\nbegin with: zoo rate resume {file}")
        return
    require_rating()
    from zoo.rating.server.serving import serve

    if host != LOCAL:
        note(
            f"warning: listening on {host}; whoever can reach this machine and learns a link can "
            "rate, and see the pictures on the way: the connection is not encrypted"
        )

    def ready(page: str, raters: list[Rater], links: dict[int, str]) -> None:
        if as_json:
            table = [{"rater": r.number, "code": r.code, "link": links[r.number]} for r in raters]
            print_json({"schema": 1, "study": str(file), "page": page, "raters": table})
        else:
            print_result(str(file))
            for rater in raters:
                print_result(f"rater {rater.number}: {links[rater.number]}")
        if len(raters) > 1:
            note(f"or all of them at {page}, each with the last part of the link as their code")
        note("stop with Ctrl-C; every answer is stored as it comes")
        sys.stdout.flush()
        if open_link:
            typer.launch(links[raters[0].number])

    serve(file, host=host, port=port, ready=ready)
    note(f"\nstored in {file}: {_stored(file)}; go on with: zoo rate resume {file}")
    note(f"what they say: zoo rate report {file}")


def _stored(file: Path) -> str:
    """How many answers there are; those to catch trials apart, as the report counts them."""
    from zoo.rating.report.tables import counted
    from zoo.rating.store import open_answers

    given = [trial.catch for trial, _ in open_answers(file).answered()]
    told = counted(given.count(False), "judgement")
    if caught := given.count(True):
        told += f" and {counted(caught, 'answer')} to catch trials"
    return told
