"""The model card of a repository: a page for people, and metadata for the Hub's filters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zoo.card import Card

from .client import client
from .findings import Scores
from .licences import licence_fields

LIBRARY = "zoo-generators"
TASK = "unconditional-image-generation"
_MOST_LABELS = 200


class Page(NamedTuple):
    """What a page is made of. ``licence`` is None where nobody states one, ``data`` as
    :func:`zoo.hub.findings.find_data` gives it, ``datasets`` are names on the Hub; ``samples`` is a
    file beside the page, and ``caption`` says what it shows."""

    repository: str
    card: Card
    licence: str | None
    images: int | None
    data: Mapping[str, Any]
    datasets: tuple[str, ...]
    scores: Sequence[Scores]
    samples: str
    caption: str


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
        f"```\nzoo generate --model {name}\n```\n",
        "Zoo resolves the name to a commit once and keeps it. Each picture leaves with a signed "
        "manifest, an IPTC label and, from 128 pixels on, an invisible watermark; the manifest "
        "names this repository and the commit.\n",
        "## Data\n",
        *_data(page),
        "## Licence\n",
        f"{_plain(page.licence)}\n" if page.licence else "The author states none.\n",
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
    about = (
        f"{scores.n:,} pictures, features {_plain(scores.features)}, against "
        f"{_plain(scores.reference)}. Scores of other features or references do not compare."
    )
    return "\n".join([about, "", *rows]) + "\n"


def _plain(text: object) -> str:
    """Text that Markdown and HTML leave as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#&~])", r"\\\1", " ".join(str(text).split()))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "none"
