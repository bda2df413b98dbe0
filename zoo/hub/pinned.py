"""Weights that a card pins at one commit of a Hub repository."""

from __future__ import annotations

from pathlib import Path

from zoo.errors import WeightsError
from zoo.safetensor import VerifiedFile
from zoo.weights import MAX_BYTES, Weights, read_verified

from .fetching import cached, missing
from .fetching import fetch as fetch_file
from .reference import Reference, parse


def read_pinned(weights: Weights, *, fetch: bool = True) -> VerifiedFile:
    """The file of ``weights``, whose size and sha256 fit, from the Hub's cache or, with ``fetch``,
    the Hub. Raises WeightsError, which names the file, the repository and what would fetch it."""
    reference = parse(weights.source)
    remedy = pull_command(reference)
    path = cached(reference, weights.file)
    if path is None:
        if not fetch:
            raise missing(reference, weights.file, remedy)
        path = _fetched(weights, reference)
    return read_verified(
        path, weights.file, weights.size, weights.sha256, f"this fetches it again: {remedy}"
    )


def pull(weights: Weights) -> VerifiedFile:
    """The same, and what is damaged in the cache is fetched again."""
    try:
        return read_pinned(weights)
    except WeightsError:
        reference = parse(weights.source)
        if cached(reference, weights.file) is None:
            raise
    path = _fetched(weights, reference, again=True)
    return read_verified(
        path, weights.file, weights.size, weights.sha256, "the Hub holds another file than the card"
    )


def pull_command(reference: Reference) -> str:
    """What a person types to fetch a repository's model."""
    return f"zoo pull {reference}"


def _fetched(weights: Weights, reference: Reference, *, again: bool = False) -> Path:
    return fetch_file(
        reference,
        weights.file,
        remedy=pull_command(reference),
        most=MAX_BYTES,
        size=weights.size,
        sha256=weights.sha256,
        again=again,
    )
