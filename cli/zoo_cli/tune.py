"""``zoo tune``: make a model's pictures score higher in a reward."""

from __future__ import annotations

import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import split_options
from .output import note, print_json, print_result, printable
from .plugins import note_failures
from .train_watch import stoppable, watching

if TYPE_CHECKING:
    from zoo.tuning.plan import Plan
    from zoo.tuning.tune import Report

WIDTH = 96
INTERRUPTED = 130  # what shells report for Ctrl-C
ACCURACY_LOSS = 0.1  # of label accuracy; more is warned of


def tune(
    model: Annotated[
        str | None, typer.Argument(help="A model of: zoo models --can latent; or a folder.")
    ] = None,
    reward: Annotated[str | None, typer.Option(help="What to raise: zoo tune --list")] = None,
    reward_file: Annotated[
        Path | None,
        typer.Option(help="What the reward is built from, where it needs a file: zoo tune --list"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the tuned model.")] = Path("runs/zoo-tune"),
    images: Annotated[
        int | None, typer.Option(min=1, help="Tune on so many pictures (1000).")
    ] = None,
    minutes: Annotated[float | None, typer.Option(min=0.01, help="Tune for so long.")] = None,
    penalty: Annotated[
        float, typer.Option(min=0, help="How strongly to hold it near the original; 0: not.")
    ] = 50.0,
    learning_rate: Annotated[float, typer.Option(help="Of the first step; it falls to 0.")] = 3e-5,
    batch: Annotated[int, typer.Option(min=1, max=1024, help="Pictures a step.")] = 16,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the latents and labels.")] = 0,
    options: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="An option of the model: steps=4"),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    list_rewards: Annotated[bool, typer.Option("--list", help="List the rewards.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Tune a model by backpropagation through a reward, held near the original by a penalty.

    Writes into --out: the tuned weights, ready for: zoo generate --model OUT; before-after.png,
    the same latents with both; log.jsonl and plot.png. The original stays as it is.
    """
    from zoo.errors import UsageError

    if list_rewards:
        _list(as_json)
        return
    if model is None or reward is None:
        raise UsageError("say what to tune and for what: zoo tune MODEL --reward NAME (--list)")
    if images is not None and minutes is not None:
        raise UsageError("say how long in one way: --images N or --minutes M")
    given = split_options(options)
    from zoo.extras import require_models

    require_models()
    from zoo.training.folder import Length
    from zoo.tuning.plan import DEFAULT_LENGTH, Plan
    from zoo.tuning.tune import tune as run

    length = DEFAULT_LENGTH if images is None and minutes is None else Length(images, minutes)
    plan = Plan(length, penalty, learning_rate, batch, seed)
    with stoppable(alone=True) as stop, watching(quiet=False) as watch:
        report = run(
            model, reward, out, plan, reward_file=reward_file, options=given, device=device,
            watch=watch, stop=stop, note=note,
        )  # fmt: skip
    _print(report, as_json)
    _advise(report, model, plan)
    if report.ended == "asked":
        raise typer.Exit(INTERRUPTED)


def _list(as_json: bool) -> None:
    from zoo.plugins import plugin_manager

    note_failures()
    rewards = plugin_manager().rewards().values()
    if as_json:
        table = [
            {
                "name": r.name,
                "summary": r.summary,
                "needs_labels": r.needs_labels,
                "file": r.file,
            }
            for r in rewards
        ]
        print_json({"schema": 1, "rewards": table})
        return
    for r in rewards:
        needs = "  (needs labels)" if r.needs_labels else ""
        needs += f"  (--reward-file: {r.file})" if r.file else ""
        print_result(printable(f"{r.name:<18} {r.summary}{needs}"))
    if not rewards:
        note("no plugin brings a reward; zoo plugins says what is loaded")


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print_json(_table(report))
    else:
        for line in _lines(report):
            print_result(line)


def _advise(report: Report, model: str, plan: Plan) -> None:
    """What to do next, and what to be wary of."""
    folder = shlex.quote(str(report.path.parent))
    if report.accuracy and report.accuracy[0] - report.accuracy[1] > ACCURACY_LOSS:
        higher = (
            f"{4 * plan.penalty:g}, say; it was {plan.penalty:g}" if plan.penalty else "50, say"
        )
        note(
            f"warning: {report.judge} sees the asked label less often than before; a higher "
            f"--penalty ({higher}) keeps the pictures nearer to the original's"
        )
    if report.after.mean <= report.before.mean:
        nearer = f", or let it move further (--penalty {plan.penalty / 2:g}; it was "
        nearer = f"{nearer}{plan.penalty:g})" if plan.penalty else ""
        note(
            f"the reward did not rise: tune on more pictures (--images {2 * report.images}; they "
            f"were {report.images}){nearer}"
        )
    note(f"try it: zoo generate --model {folder}")
    note(f"whether people agree: zoo rate which-is-better {shlex.quote(model)} {folder}")


def _table(report: Report) -> dict[str, Any]:
    def score(index: int) -> dict[str, float | None]:
        one = (report.before, report.after)[index]
        accuracy = report.accuracy[index] if report.accuracy else None
        return {"reward": one.mean, "deviation": one.deviation, "label_accuracy": accuracy}

    return {
        "schema": 1,
        "model": report.model,
        "reward": report.reward,
        "path": str(report.path),
        "sha256": report.sha256,
        "sheet": str(report.sheet),
        "images": report.images,
        "seconds": round(report.seconds, 1),
        "ended": report.ended,
        "before": score(0),
        "after": score(1),
        "moved": report.moved,
        "variety": {"within": report.variety.within, "between": report.variety.between},
        "judge": report.judge,
        "reward_facts": report.reward_facts,
    }


def _lines(r: Report) -> list[str]:
    before, after = r.before, r.after
    mean = {
        r.reward: f"{before.mean:.4g} ± {before.deviation:.2g}  →  "
        f"{after.mean:.4g} ± {after.deviation:.2g}   on 128 held-out latents"
    }
    if r.meaning:
        mean["which means"] = r.meaning
    rows = mean | {
        "moved": f"{r.moved:.1f} of 255 levels a pixel (root mean square)",
        "variety": f"{r.variety.within:.2f} of the original's within labels, "
        f"{r.variety.between:.2f} between them",
    }
    if r.accuracy:
        rows["label accuracy"] = f"{r.accuracy[0]:.2f}  →  {r.accuracy[1]:.2f}   (judge {r.judge})"
    rows["before, after"] = str(r.sheet)
    rows["weights"] = f"{r.path}  (after {r.images:,} pictures, {r.seconds:.0f} s)"
    return [line for name, text in rows.items() for line in _row(name, text)]


def _row(name: str, text: str) -> list[str]:
    """A name and its text, which goes on in the next line below itself; paths stay whole."""
    inside = " " * 18
    if len(text) <= WIDTH or name in ("weights", "before, after"):
        return [f"{name:<18}{text}"]
    return textwrap.wrap(text, WIDTH, initial_indent=f"{name:<18}", subsequent_indent=inside)
