"""What an extractor sees in a set of pictures, piece by piece, by way of the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zoo.errors import DataError
from zoo.evaluation.cache import FeatureCache, Piece
from zoo.evaluation.extractor import Extractor
from zoo.evaluation.seen import Seen
from zoo.evaluation.spectrum import RINGS, radial_spectrum

from .ahead import ahead
from .picture_set import PictureSet, Pixels

PIECE = 64
"""Pictures that are seen and kept together. A kill loses those that are under way: at most one
piece for each processor."""
BATCH = 32
"""Pictures in the network at once."""
Progress = Callable[[int, int], None]
"""Called with how many pictures are done, and of how many."""


class _Fitted(NamedTuple):
    """A picture (side, side, 3) for the network, and its spectrum (RINGS,) at native size."""

    picture: Pixels
    spectrum: NDArray[np.float32]


class _Read(NamedTuple):
    """A piece of a set that waits for the network."""

    places: list[int]
    fitted: list[_Fitted]
    unreadable: dict[int, str]


def seen(
    pictures: PictureSet,
    extractor: Extractor,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Seen:
    """Features, logits, asked labels and power spectra of all pictures of a set that can be read.

    ``cache`` is a folder (:func:`zoo.evaluation.cache.default_cache`); None keeps nothing. What a
    call that was broken off has seen is there for the next. Raises DataError where no picture can
    be read, UsageError where the cache cannot be written.
    """
    ranges = [
        range(start, min(start + PIECE, pictures.total))
        for start in range(0, pictures.total, PIECE)
    ]
    kept = FeatureCache(cache, pictures.digest, extractor) if cache is not None else None
    pieces = [kept.read(number, wanted) if kept else None for number, wanted in enumerate(ranges)]
    missing = [number for number, piece in enumerate(pieces) if piece is None]
    done = pictures.total - sum(len(ranges[number]) for number in missing)
    look = _look(pictures, extractor, [ranges[number] for number in missing])
    for number, piece in zip(missing, look, strict=True):
        pieces[number] = piece
        if kept:
            kept.write(number, piece)
        done += len(ranges[number])
        if progress:
            progress(done, pictures.total)
    if kept:
        kept.finish()
    return _together(pictures, extractor, [piece for piece in pieces if piece])


def _look(pictures: PictureSet, extractor: Extractor, ranges: Sequence[range]) -> Iterator[Piece]:
    """One piece for each of ``ranges``, in order. Pictures are read ahead of the network.

    On processors each piece is seen on one thread, and several at once: threads that share a small
    network mostly wait for each other. Beside a model that makes pictures they would do so, too.
    """
    import torch

    job, pieces = partial(_piece, extractor), _read(pictures, extractor, ranges)
    if extractor.device.type != "cpu" or pictures.busy:
        yield from map(job, pieces)
        return
    threads = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            for _, future in ahead(pool, job, pieces, threads + 1):
                yield future.result()
    finally:
        torch.set_num_threads(threads)  # for threads to come; this one has kept its own


def _read(pictures: PictureSet, extractor: Extractor, ranges: Sequence[range]) -> Iterator[_Read]:
    """The pictures of each of ``ranges``, fitted on the threads that decode them."""

    def fit(picture: Pixels) -> _Fitted:
        return _Fitted(extractor.fit(picture), radial_spectrum(picture))

    stream = pictures.each([place for wanted in ranges for place in wanted], fit)
    following = next(stream, None)
    for wanted in ranges:
        places, fitted = [], []
        while following is not None and following[0] < wanted.stop:
            places.append(following[0])
            fitted.append(following[1])
            following = next(stream, None)
        unreadable = {p: pictures.unreadable[p] for p in wanted if p in pictures.unreadable}
        yield _Read(places, fitted, unreadable)


def _piece(extractor: Extractor, read: _Read) -> Piece:
    import torch

    features, logits = [], []
    for start in range(0, len(read.fitted), BATCH):
        batch = np.stack([each.picture for each in read.fitted[start : start + BATCH]])
        found, said = extractor.see(torch.from_numpy(batch).permute(0, 3, 1, 2))
        features.append(found)
        if said is not None:
            logits.append(said)
    return Piece(
        np.array(read.places, np.int64),
        np.concatenate(features) if features else np.empty((0, 0), np.float32),
        np.concatenate(logits) if logits else None,
        np.array([each.spectrum for each in read.fitted], np.float32).reshape(-1, RINGS),
        read.unreadable,
    )


def _together(pictures: PictureSet, extractor: Extractor, pieces: Sequence[Piece]) -> Seen:
    for piece in pieces:
        for place, why in piece.unreadable.items():
            pictures.leave_out(place, why)
    whole = [piece for piece in pieces if len(piece.places)]
    if not whole:
        raise DataError(
            f"no picture of {pictures.name} can be read: {': '.join(pictures.excluded[0])}"
        )
    logits = [piece.logits for piece in whole if piece.logits is not None]
    return Seen(
        np.concatenate([piece.features for piece in whole]),
        np.concatenate(logits) if logits else None,
        asked_labels(pictures.labels, extractor.labels),
        np.concatenate([piece.spectrum for piece in whole]),
    )


def asked_labels(labels: Sequence[str] | None, known: Sequence[str]) -> NDArray[np.int64] | None:
    """Each label as an index into those that an extractor knows, case ignored; None where labels
    are unknown, or one of them to the extractor."""
    index = {label.casefold(): place for place, label in enumerate(known)}
    if labels is None or not {label.casefold() for label in labels} <= index.keys():
        return None
    return np.array([index[label.casefold()] for label in labels], np.int64)
