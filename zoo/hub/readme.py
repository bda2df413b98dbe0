"""The model card of a repository: a page for people, and metadata for the Hub's filters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zoo.card import Card
from zoo.packages import Package

from .client import client
from .findings import Scores
from .licences import licence_fields

LIBRARY = "zoo-generators"
TASK = "unconditional-image-generation"
_MOST_LABELS = 200


class Parent(NamedTuple):
    """The model that another was tuned from: its id, and its licence where that is known."""

    model: str
    licence: str | None

    def shares(self, licence: str | None) -> bool:
        """Whether the other has the same licence."""
        mine, others = ((text or "").strip().casefold() for text in (self.licence, licence))
        return mine == others


class Page(NamedTuple):
    """What a page is made of. ``licence`` is None where nobody states one, ``data`` as
    :func:`zoo.hub.findings.find_data` gives it, ``datasets`` are names on the Hub; ``samples`` is a
    file beside the page, and ``caption`` says what it shows. ``plugin`` is None where Zoo itself
    brings the architecture, ``parent`` where the model was not tuned from another."""

    repository: str
    card: Card
    licence: str | None
    images: int | None
    data: Mapping[str, Any]
    datasets: tuple[str, ...]
    scores: Sequence[Scores]
    samples: str
    caption: str
    plugin: Package | None = None
    parent: Parent | None = None


def readme(page: Page) -> str:
    """The text of ``README.md``."""
    hub = client()
    results = [
        hub.EvalResult(
            task_type=TASK,
            dataset_type=_slug(scores.reference),
            dataset_name=scores.reference,
            metric_type=_slug(name),
            metric_name=name,
            metric_value=value,
        )
        for scores in page.scores
        if scores.reference is not None  # without one there is no data set to rank by
        for name, value, _ in scores.scores
    ]
    data = hub.ModelCardData(
        **licence_fields(page.licence),
        library_name=LIBRARY,
        pipeline_tag=TASK,
        tags=[LIBRARY, page.card.family, page.card.architecture, "image-generation", "c2pa"],
        datasets=list(page.datasets) or None,
        model_name=page.repository.partition("/")[2] if results else None,
        eval_results=results or None,
    )
    return f"---\n{data.to_yaml()}\n---\n\n" + "\n".join(_body(page))


def _body(page: Page) -> list[str]:
    card, name = page.card, f"hf-hub:{page.repository}"
    parts = [
        f"# {page.repository.partition('/')[2]}\n",
        f"{_plain(card.summary)}. Architecture `{card.architecture}`, {card.params:,} parameters, "
        f"pictures of {card.size[1]} x {card.size[0]} pixels.\n",
        f"![Samples]({page.samples})\n",
        f"{page.caption} The file carries a C2PA manifest that says it is AI-generated.\n",
        _needed(page),
        f"```\nzoo generate --model {name}\n```\n",
        "Zoo resolves the name to a commit once and keeps it. Each picture leaves with a signed "
        "manifest, an IPTC label and, from 128 pixels on, an invisible watermark; the manifest "
        "names this repository and the commit.\n",
        "## Data\n",
        *_data(page),
        "## Licence\n",
        _licences(page),
    ]
    if page.scores:
        parts += ["## Scores\n", *(_table(scores) for scores in page.scores)]
    if card.labels:
        more = len(card.labels) - _MOST_LABELS
        shown = ", ".join(_plain(label) for label in card.labels[:_MOST_LABELS])
        parts += [
            f"## Labels\n\n{len(card.labels)}: {shown}" + (f" … and {more} more" * (more > 0)),
            "",
        ]
    (weights,) = card.weights
    parts.append(
        f"## Weights\n\n`{weights.file}`: {weights.size:,} bytes, sha256 `{weights.sha256}`\n"
    )
    return parts


def _needed(page: Page) -> str:
    """How to get what runs it. A plugin's package is named, and for whoever trusts it."""
    zoo = (
        f"It runs with Zoo (the Python package `{LIBRARY}`, Python 3.11 or later), in a clone of "
        "Zoo's repository:\n\n```\npip install -e '.[models]'\n```\n"
    )
    if page.plugin is None:
        return zoo
    return (
        f"{zoo}\nThe code of the architecture is in a plugin of others, the package "
        f"`{page.plugin.name}` ({page.plugin.version} when this was published). Zoo never "
        "installs it by itself: get it from a source that you trust.\n"
    )


def _licences(page: Page) -> str:
    told = _plain(page.licence) if page.licence else "The author states none."
    parent = page.parent
    if parent is None or not parent.licence or parent.shares(page.licence):
        return told + "\n"
    end = "" if told.endswith(".") else "."
    return (
        f"{told}{end} It was tuned from {_plain(parent.model)}, whose licence is "
        f"{_plain(parent.licence)}.\n"
    )


def _data(page: Page) -> list[str]:
    told = [f"Trained on: {_plain(page.card.trained_on)}."]
    if page.images:
        told.append(f"{page.images:,} pictures were seen, repeats counted.")
    if page.card.trained_with:
        judges = ", ".join(map(_plain, page.card.trained_with))
        told.append(f"The loss saw features of: {judges}; their scores are no independent witness.")
    counts = page.data.get("counts", {})
    if counts:
        told.append(
            "Pictures: " + ", ".join(f"{n} to {_plain(s)}" for s, n in counts.items()) + "."
        )
    if licences := page.data.get("licences"):
        listed = ", ".join(f"{_plain(name)} ({n})" for name, n in list(licences.items())[:20])
        told.append(f"Their licences: {listed}.")
    if "left_out" in page.data:
        told.append(
            f"Consent: {page.data['left_out']} pictures were left out because their own marks "
            "(C2PA, IPTC) forbid training on them."
        )
    else:
        told.append("Consent: what the pictures' own marks say of training is not recorded.")
    return [" ".join(told) + "\n"]


def _table(scores: Scores) -> str:
    rows = ["| measure | value | 95 % interval |", "|---|---|---|"]
    for name, value, interval in scores.scores:
        ends = "" if interval is None else f"{interval[0]:.4g} to {interval[1]:.4g}"
        rows.append(f"| {_plain(name)} | {value:.4g} | {ends} |")
    reference = scores.reference
    about = (
        f"{scores.n:,} pictures, features {_plain(scores.features)}, "
        f"{'without a reference' if reference is None else 'against ' + _plain(reference)}. Scores "
        "of other features or references do not compare."
    )
    notes = [f"\nNote: {_plain(note)}" for note in scores.notes]
    return "\n".join([about, "", *rows, *notes]) + "\n"


def _plain(text: object) -> str:
    """Text that Markdown and HTML leave as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#&~])", r"\\\1", " ".join(str(text).split()))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "none"
