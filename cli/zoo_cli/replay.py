"""``zoo replay``: make a picture again from its manifest, and compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable
from .plugins import note_failures

if TYPE_CHECKING:
    from zoo.replaying import Replay


def replay(
    picture: Annotated[Path, typer.Argument(help="A picture that Zoo made.")],
    weights: Annotated[
        str | None,
        typer.Option(help="The recorded weights file, where others are installed."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="A folder that zoo train made, or hf-hub:OWNER/NAME@COMMIT."
        ),
    ] = None,
    image: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The picture that it was made from.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """Make a picture again from the record in its manifest, and say how near it comes."""
    from zoo.replaying import replay as replay_picture

    note_failures()
    result = replay_picture(picture, weights=weights, model=model, image=image)
    if json:
        print_json({"schema": 1, **_table(str(picture), result)})
        return
    for key, value in _lines(result).items():
        print_result(f"{key:<10}{printable(value)}")
    print_result(printable(f"{picture}: {_sentence(result)}"))
    others = _other_versions(result)
    if others and result.nearness != "different":  # else the sentence has it
        note(f"made by other versions than are here: {others}")


def _table(name: str, result: Replay) -> dict[str, Any]:
    record = result.recorded
    return {
        "file": name,
        "result": result.nearness,
        "max_difference": result.max_difference,
        "mean_difference": round(result.mean_difference, 4),
        "psnr": None if result.psnr is None else round(result.psnr, 2),
        "scaled": result.scaled,
        "model": record.model,
        "seed": record.seed,
        "index": record.index,
        "label": record.label,
        "weights": list(record.weights),
        "sources": list(record.sources),
        "versions": dict(record.versions),
        "versions_here": dict(result.picture.record.versions),
    }


def _lines(result: Replay) -> dict[str, str]:
    record = result.recorded
    label = {"label": record.label} if record.label else {}
    return {
        "model": record.model,
        "weights": ", ".join(record.weights) or "none",
        **({"from": ", ".join(record.sources)} if record.sources else {}),
        "seed": f"{record.seed}, index {record.index}",
        **label,
        "options": ", ".join(f"{k}={v}" for k, v in record.options.items()) or "none",
    }


def _sentence(result: Replay) -> str:
    if result.nearness == "identical":
        return "made again bitwise the same"
    amounts = f"differs by at most {result.max_difference} and on average by "
    amounts += f"{result.mean_difference:.2f} of 255"
    if result.psnr is not None:
        amounts += f" (PSNR {result.psnr:.1f} dB)"
    if result.scaled:
        amounts += ", after scaling the replay to the size of the file"
    if result.nearness == "close":
        return f"made again closely; {amounts}. Marking, lossy formats and other machines do that"
    changed = "the file was changed, or its record is wrong"
    if others := _other_versions(result):
        changed = f"made by {others}: that may be why, or {changed}"
    return f"the replay is another picture; {amounts}. {changed[0].upper()}{changed[1:]}"


def _other_versions(result: Replay) -> str:
    from zoo.versions import differing

    return "; ".join(differing(result.recorded.versions, result.picture.record.versions))
