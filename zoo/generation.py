"""Generation: a loaded model, and the pictures that stream out of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zoo_provenance.record import Record

from .card import Can, Card
from .devices import default_batch
from .errors import UsageError
from .input_picture import ImageFile, InputPicture, check_inputs, open_input
from .noise import SEED_END, integer
from .request import Request
from .scaling import scale
from .sizes import Size, plan_sizes

if TYPE_CHECKING:
    import torch

    from .generator import Generator

MOST_BATCH = 1024


@dataclass(frozen=True)
class Picture:
    """One picture, uint8 (height, width, 3), and the record that makes it again."""

    pixels: NDArray[np.uint8] = field(repr=False)
    record: Record
    seed: int
    index: int
    label: str | None
    states: tuple[NDArray[np.uint8], ...] = field(default=(), repr=False)
    """What led to the picture, of its size; only where asked for."""


@dataclass(frozen=True)
class Model:
    """A loaded model; :func:`zoo.load` makes one. ``weights`` are the files' sha256."""

    card: Card
    generator: Generator
    device: torch.device
    dtype: torch.dtype
    weights: tuple[str, ...]
    versions: dict[str, str]

    @property
    def sources(self) -> tuple[str, ...]:
        """``hf-hub:OWNER/NAME@COMMIT`` of each of the card's own weights files from there."""
        return tuple(
            pinned.source
            for pinned, sha256 in zip(self.card.weights, self.weights, strict=False)
            if pinned.on_hub and pinned.sha256 == sha256
        )

    def generate(
        self,
        n: int = 1,
        *,
        seed: int | None = None,
        label: str | None = None,
        prompt: str | None = None,
        image: ImageFile | None = None,
        size: int | Size | None = None,
        batch: int | None = None,
        **options: Any,
    ) -> Iterator[Picture]:
        """Stream ``n`` pictures; see :meth:`generate_batches`.

        Without a seed a random one is drawn. ``options`` are the card's: ``truncation=0.7``.
        """
        seed = secrets.randbelow(2**32) if seed is None else seed
        batches = self.generate_batches(
            n, seed, label=label, prompt=prompt, image=image, size=size, batch=batch,
            options=options,
        )  # fmt: skip
        return (picture for pictures in batches for picture in pictures)

    def generate_batches(
        self,
        n: int,
        seed: int,
        *,
        label: str | None = None,
        prompt: str | None = None,
        image: ImageFile | None = None,
        size: int | Size | None = None,
        native_size: Size | None = None,
        batch: int | None = None,
        options: dict[str, Any] | None = None,
        indices: Iterable[int] | None = None,
        states: int = 0,
    ) -> Iterator[list[Picture]]:
        """Stream pictures 0 … n-1 of ``seed``, or only those of ``indices``, batch by batch.

        Without ``label``, a model with labels draws one for each picture from (seed, index).
        ``size`` is the longer side in pixels (default 256, or the native size where that is
        larger); a model that makes pictures of any size takes (height, width) as well, and
        ``native_size`` to make them so large before they are scaled. ``prompt`` says what a model
        that draws words shall draw, and ``image`` is the file of the picture that one begins with
        which can. Picture i depends on the arguments and i alone, not on ``n`` or ``indices``:
        batches start at multiples of ``batch`` and are always made whole. Of a model that makes its
        pictures in steps, each picture comes with up to ``states`` of those before it. Everything
        is checked at once, before the first picture: raises UsageError, or UnknownNameError for a
        label.
        """
        if type(n) is not int or not 1 <= n <= SEED_END - MOST_BATCH:
            raise UsageError(f"n is {n!r}; expected at least 1 picture")
        wanted = range(n) if indices is None else sorted(set(indices))
        if len(wanted) and (wanted[0] < 0 or wanted[-1] >= n):
            raise UsageError(f"indices must lie from 0 to {n - 1}; got {wanted[0]}, {wanted[-1]}")
        job = self._job(seed, label, prompt, image, size, native_size, batch, options or {})
        if states and Can.STEPS not in self.card.can:
            raise UsageError(f"{self.card.id} makes a picture at once, without steps to show")
        return (job.run(start, chosen, states) for start, chosen in _aligned(wanted, job.batch))

    def record(
        self,
        index: int,
        seed: int,
        *,
        label: str | None = None,
        prompt: str | None = None,
        image: ImageFile | None = None,
        size: int | Size | None = None,
        batch: int | None = None,
        options: dict[str, Any] | None = None,
    ) -> Record:
        """The record that picture ``index`` of :meth:`generate_batches` gets, without making it."""
        job = self._job(seed, label, prompt, image, size, None, batch, options or {})
        return job.record(job.request(index - index % job.batch), index)

    def encode(
        self, pixels: NDArray[np.uint8], labels: Sequence[str] = (), **options: Any
    ) -> NDArray[np.float32]:
        """The latents of pictures; see :func:`zoo.latents.encode`."""
        from .latents import encode

        return encode(self, pixels, labels, options)

    def decode(
        self, z: NDArray[np.float32], labels: Sequence[str] = (), **options: Any
    ) -> NDArray[np.uint8]:
        """The pictures of latents, unsealed; see :func:`zoo.latents.decode`."""
        from .latents import decode

        return decode(self, z, labels, options)

    def _job(
        self,
        seed: int,
        label: str | None,
        prompt: str | None,
        image: ImageFile | None,
        size: int | Size | None,
        native_size: Size | None,
        batch: int | None,
        options: dict[str, Any],
    ) -> _Job:
        check_inputs(self.card, prompt, image)
        begun = None if image is None else open_input(image)
        shape = None if begun is None else begun.pixels.shape[:2]
        target, native = plan_sizes(self.card, size, shape, native_size)
        batch = default_batch(native, self.device) if batch is None else batch
        if type(batch) is not int or not 1 <= batch <= MOST_BATCH:
            raise UsageError(f"batch is {batch!r}; expected 1 to {MOST_BATCH} pictures")
        job = _Job(
            self,
            seed,
            None if label is None else self.card.find_label(label),
            prompt,
            begun,
            target,
            native,
            batch,
            self.card.check_options(options),
        )
        job.request(0)  # a seed out of range is an error now
        return job


@dataclass(frozen=True)
class _Job:
    """What stays the same over all batches of one call."""

    model: Model
    seed: int
    label: int | None
    prompt: str | None
    image: InputPicture | None
    size: Size
    native: Size
    batch: int
    options: dict[str, Any]

    def request(self, start: int) -> Request:
        indices = tuple(range(start, start + self.batch))
        count = len(self.model.card.labels)
        labels: tuple[int, ...] = ()
        if self.label is not None:
            labels = (self.label,) * self.batch
        elif count:
            labels = tuple(integer(self.seed, i, "label", count) for i in indices)
        images = () if self.image is None else (self.image.pixels,) * self.batch
        return Request(
            self.seed, indices, self.native, labels, self.prompt, images, options=self.options
        )

    def run(self, start: int, chosen: list[int], states: int) -> list[Picture]:
        """Make the whole batch that begins at ``start``; keep the ``chosen`` indices."""
        from .running import step_pixels  # imports torch

        request = self.request(start)
        steps = step_pixels(self.model, request, states + 1)
        return [self._picture(request, i, [step[i - start] for step in steps]) for i in chosen]

    def _picture(self, request: Request, index: int, steps: Sequence[NDArray[np.uint8]]) -> Picture:
        record = self.record(request, index)
        *states, last = (scale(step, self.size) for step in steps)
        return Picture(last, record, self.seed, index, record.label, tuple(states))

    def record(self, request: Request, index: int) -> Record:
        model, card, labels = self.model, self.model.card, request.labels
        return Record(
            model=card.id,
            family=card.family,
            seed=self.seed,
            index=index,
            label=card.labels[labels[index - request.indices[0]]] if labels else None,
            prompt=self.prompt,
            inputs=() if self.image is None else (self.image.sha256,),
            options=self.options,
            size=self.size,
            native_size=self.native,
            weights=model.weights,
            sources=model.sources,
            batch=self.batch,
            device=model.device.type,
            dtype=str(model.dtype).removeprefix("torch."),
            versions=model.versions,
            licence=card.licence,
            trained_on=card.trained_on,
        )


def _aligned(wanted: Iterable[int], batch: int) -> Iterator[tuple[int, list[int]]]:
    """Sorted indices by the batch that holds them: (its first index, those wanted of it)."""
    start, chosen = 0, list[int]()
    for index in wanted:
        if chosen and index >= start + batch:
            yield start, chosen
            chosen = []
        start = index - index % batch
        chosen.append(index)
    if chosen:
        yield start, chosen
