"""Extractors: networks that turn pictures into the features that evaluation measures.

A name is that of a judge (the bundled ones, or a plugin's), ``timm:NAME[/SIDE][@REVISION]``, or
``fid``, the network of the Fréchet Inception Distance (``fid:FILE`` the first time, with its
weights). torch is imported when one is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo.errors import UsageError
from zoo.judge import DEFAULT_JUDGE
from zoo.plugins import plugin_manager

if TYPE_CHECKING:
    import torch
    from torch import Tensor

FID = "fid"
Look = Callable[["Tensor"], "tuple[Tensor, Tensor | None]"]
"""From pictures (B, 3, side, side) in [-1, 1] to features (B, D) and logits (B, K), if any."""

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True)
class Extractor:
    """A network at work. ``revision`` pins its weights: the first 12 hex digits of their sha256, or
    the Hub's commit. ``labels`` are what its logits tell apart, ``()`` without logits.

    Pictures are scaled to ``side`` x ``side`` by Pillow's ``filter``, which is antialiased, and are
    bytes before and after: an unfiltered resize changes scores more than most generators do (G.
    Parmar et al., "On Aliased Resizing and Surprising Subtleties in GAN Evaluation", 2022,
    arXiv:2104.11222).
    """

    name: str
    revision: str
    labels: tuple[str, ...]
    side: int
    filter: Literal["bilinear", "bicubic"]
    look: Look = field(repr=False)
    device: torch.device = field(repr=False)

    @property
    def resize(self) -> str:
        """How pictures of another size are scaled: part of every score's conditions."""
        return f"antialiased {self.filter} to {self.side} x {self.side}"

    def fit(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture (H, W, 3) as the network sees it, (side, side, 3); one that is not square is
        squeezed. May run on any thread."""
        if picture.shape[:2] == (self.side, self.side):
            return picture
        image = Image.fromarray(np.ascontiguousarray(picture))
        return np.asarray(image.resize((self.side, self.side), _FILTERS[self.filter]))

    def see(self, pixels: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Features (B, D) and logits (B, K) of uint8 pictures (B, 3, side, side) that were fitted.

        Raises UsageError for anything else.
        """
        import torch

        if pixels.dtype != torch.uint8 or pixels.shape[1:] != (3, self.side, self.side):
            raise UsageError(
                f"{self.name} sees uint8 pictures (B, 3, {self.side}, {self.side}); "
                f"got {pixels.dtype}, {tuple(pixels.shape)}"
            )
        with torch.inference_mode():
            features, logits = self.look(pixels.to(self.device).float() / 127.5 - 1)
        seen: NDArray[np.float32] = features.float().cpu().numpy()
        return seen, None if logits is None else logits.float().cpu().numpy()


def default_extractor(labels: Sequence[str] = ()) -> str:
    """The extractor for pictures with these labels: a judge that knows them all, or the default.

    Reads no weights and imports no torch.
    """
    wanted = {label.casefold() for label in labels}
    knowing = (
        name
        for name, judge in plugin_manager().judges().items()
        if wanted <= {label.casefold() for label in judge.labels}
    )
    return next(knowing, DEFAULT_JUDGE) if wanted else DEFAULT_JUDGE


def load_extractor(name: str, *, device: str | None = None) -> Extractor:
    """Load an extractor by its name.

    Raises UnknownNameError, UsageError, WeightsError or MissingExtraError.
    """
    from zoo.devices import choose_device
    from zoo.extras import require_models

    require_models()
    where = choose_device(device)
    if name == FID or name.startswith(f"{FID}:"):
        from .inception import load_inception

        return load_inception(where, name.partition(":")[2])
    from .judge_extractor import load_judge_extractor

    return load_judge_extractor(name, where)
