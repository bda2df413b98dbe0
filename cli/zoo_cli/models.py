"""``zoo models``: which models there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import note, print_json, print_result, printable
from .plugins import note_failures

if TYPE_CHECKING:
    from zoo.card import Card


def models(
    model: Annotated[
        str | None,
        typer.Argument(
            help="Show this model's card in full; it may be hf-hub:OWNER/NAME.", show_default=False
        ),
    ] = None,
    family: Annotated[str | None, typer.Option(help="Only this family, such as gan.")] = None,
    can: Annotated[str | None, typer.Option(help="Only with this ability: latent, label …")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False,
) -> None:
    """List the models, or show one model's labels, options, data and licence."""
    from zoo.catalogue import find_card, list_models

    note_failures()
    if model is not None:
        cards: tuple[Card, ...] = (find_card(model),)
    else:
        cards = list_models(family=family, can=can)
    if json:
        print_json({"schema": 1, "models": [_table(card) for card in cards]})
    elif model is not None:
        _show(cards[0])
    else:
        for card in cards:
            print_result(_line(card))
        if not cards:
            note("no such model is installed; zoo plugins says what is loaded")


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


def _line(card: Card) -> str:
    size = f"{card.size[0]}x{card.size[1]}"
    params = f"{card.params / 1e6:.1f}M"
    return printable(
        f"{card.id:<28} {card.family:<8} {size:>9} {params:>8}  {card.licence:<12} {card.summary}"
    )


def _show(card: Card) -> None:
    from zoo.catalogue import aliases

    table = {
        "id": card.id,
        "aliases": ", ".join(aliases(card)),
        "summary": card.summary,
        "family": card.family,
        "size": f"{card.size[0]} x {card.size[1]} pixels",
        "params": f"{card.params:,}",
        "licence": card.licence,
        "trained on": card.trained_on,
        "with judge": ", ".join(card.trained_with),
        "can": ", ".join(sorted(card.can)),
        "weights": ", ".join(f"{w.source} {w.file} (sha256 {w.sha256})" for w in card.weights),
        "labels": ", ".join(card.labels),
    }
    for key, value in table.items():
        print_result(printable(f"{key:<12}{value or 'none'}"))
    for option in card.options:
        span = f", {option.range[0]:g} to {option.range[1]:g}" if option.range else ""
        text = f"{option.name} ({option.type}{span}; default {option.default}): {option.help}"
        print_result(printable(f"{'option':<12}{text}"))
