"""``zoo models``: which models there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable
from .plugins import note_failures

if TYPE_CHECKING:
    from zoo.card import Card
    from zoo.option import Option


def models(
    model: Annotated[
        str | None,
        typer.Argument(
            help="Show this model's card in full; it may be hf-hub:OWNER/NAME.", show_default=False
        ),
    ] = None,
    family: Annotated[str | None, typer.Option(help="Only this family, such as gan.")] = None,
    can: Annotated[str | None, typer.Option(help="Only with this ability: latent, label …")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Models by reference, too, which are not here yet.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """List the models, or show one model's labels, options, data and licence."""
    from zoo.catalogue import find_card, list_models
    from zoo.errors import UsageError

    if everything and (model or family or can):
        raise UsageError("--all lists everything: leave out the model, --family and --can")

    note_failures()
    if model is not None:
        cards: tuple[Card, ...] = (find_card(model),)
    else:
        cards = list_models(family=family, can=can)
    if json:
        table: dict[str, Any] = {"schema": 1, "models": [_table(card) for card in cards]}
        print_json({**table, "schemes": _schemes_table()} if everything else table)
    elif model is not None:
        _show(cards[0])
    else:
        for card in cards:
            print_result(_line(card))
        if not cards:
            note("no such model is installed; zoo plugins says what is loaded")
        if everything:
            _print_schemes()


def _table(card: Card) -> dict[str, Any]:
    from zoo.catalogue import aliases

    return {
        "id": card.id,
        "aliases": list(aliases(card)),
        "family": card.family,
        "size": list(card.size),
        "params": card.params,
        "licence": card.licence,
        "trained_on": card.trained_on,
        "trained_with": list(card.trained_with),
        "labels": list(card.labels),
        "options": [
            {
                "name": o.name,
                "type": o.type,
                "default": o.default,
                "range": None if o.range is None else list(o.range),
                "choices": list(o.choices),
                "help": o.help,
            }
            for o in card.options
        ],
        "can": sorted(card.can),
        "weights": [
            {"source": w.source, "file": w.file, "size": w.size, "sha256": w.sha256}
            for w in card.weights
        ],
    }


def _schemes_table() -> list[dict[str, Any]]:
    from zoo.plugins import plugin_manager

    return [
        {
            "prefix": scheme.prefix,
            "summary": scheme.summary,
            "known": [dict(vars(known)) for known in scheme.known],
        }
        for scheme in plugin_manager().schemes().values()
    ]


def _print_schemes() -> None:
    """What could be fetched by naming it; nothing of it is looked at for that."""
    from zoo.plugins import plugin_manager

    for scheme in plugin_manager().schemes().values():
        print_result("")
        print_result(printable(f"by reference, {scheme.prefix}: {scheme.summary}"))
        for known in scheme.known:
            size = f"{known.download / 1e6:,.0f} MB" if known.download else "size asked for first"
            revision = known.revision or "commit locked on first use"
            print_result(printable(f"{known.name}  {known.family}  {known.licence}"))
            print_result(printable(f"    {known.summary}; {size}, {revision}"))


def _line(card: Card) -> str:
    size = f"{card.size[0]}x{card.size[1]}"
    params = f"{card.params / 1e6:.1f}M"
    return printable(
        f"{card.id:<28} {card.family:<8} {size:>9} {params:>8}  {card.licence:<12} {card.summary}"
    )


def _size(card: Card) -> str:
    return f"{sum(w.size for w in card.weights) / 1e6:,.1f} MB in {len(card.weights)} files"


def _show(card: Card) -> None:
    from zoo.catalogue import aliases

    table = {
        "id": card.id,
        "aliases": ", ".join(aliases(card)),
        "summary": card.summary,
        "family": card.family,
        "size": f"{card.size[0]} x {card.size[1]} pixels",
        "params": f"{card.params:,}" if card.params or not card.by_reference else "not fetched yet",
        "licence": card.licence,
        "trained on": card.trained_on,
        "with judge": ", ".join(card.trained_with),
        "can": ", ".join(sorted(card.can)),
        "download": _size(card) if card.by_reference else None,
        "weights": f"\n{'':<12}".join(
            printable(f"{w.source} {w.file} (sha256 {w.sha256})") for w in card.weights
        ),
        "labels": ", ".join(card.labels),
    }
    for key, value in table.items():
        if value is not None:
            shown = value if key == "weights" else printable(value)
            print_result(f"{key:<12}{shown or 'none'}")
    for option in card.options:
        print_result(printable(f"{'option':<12}{_option(option)}"))


def _option(option: Option) -> str:
    kind = option.type
    if option.range:
        kind += f", {option.range[0]:g} to {option.range[1]:g}"
    if option.choices:
        kind = option.expects
    default = str(option.default)
    if option.type == "bool":
        flag = option.name.replace("_", "-")
        kind, default = f"--{flag} or --no-{flag}", "yes" if option.default else "no"
    return f"{option.name} ({kind}; default {default}): {option.help}"
