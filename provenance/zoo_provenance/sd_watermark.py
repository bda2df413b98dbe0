"""The invisible watermarks that Stable Diffusion and FLUX write into pixels.

All of them use invisible-watermark's ``dwtDct`` with a message that is public, so that whoever
wants to can write them: a reading is a claim. The package's own decoder is used; its module is
loaded alone, because the package as a whole imports torch.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "imwatermark"
MIN_SIDE = 256
"""The package marks no picture of fewer pixels than a square of this side has."""
MAX_PIXELS = 1 << 19
"""Of the picture's upper part, which is what is read: the message repeats from its first row on."""
_BLOCK = 8
MAX_RATE = 1e-6
"""False positives per picture, all comparisons together."""


@cache
def is_installed() -> bool:
    """Whether the package is there; it may still fail to load."""
    return importlib.util.find_spec(PACKAGE) is not None


class UnavailableError(Exception):
    """The package is missing or cannot be imported."""


@dataclass(frozen=True)
class Writing:
    """How pixels were handed to the package: the marks of one do not read as another.

    Floats are centred elsewhere than bytes are. Some diffusers of 2023 gave RGB for BGR.
    """

    floats: bool
    swapped: bool = False


_BYTES, _FLOATS, _SWAPPED = Writing(False), Writing(True), Writing(True, swapped=True)


@dataclass(frozen=True)
class Message:
    """``bits`` are written one a block, again and again, row by row."""

    name: str
    bits: tuple[int, ...]
    writings: tuple[Writing, ...]


def _binary(number: int) -> tuple[int, ...]:
    return tuple(int(digit) for digit in f"{number:b}")


def _bytes(text: bytes) -> tuple[int, ...]:
    return tuple(int(b) for b in np.unpackbits(np.frombuffer(text, np.uint8)))


MESSAGES = (
    # diffusers, pipelines/stable_diffusion_xl/watermark.py; Stability-AI/generative-models.
    Message(
        "Stable Diffusion XL",
        _binary(0b101100111110110010010000011110111011000110011110),
        (_FLOATS, _SWAPPED, _BYTES),
    ),
    # black-forest-labs/flux, src/flux/util.py: the two zeros in front are lost in writing.
    Message("FLUX", _binary(0b001010101111111010000111100111001111010100101110), (_FLOATS,)),
    # CompVis/stable-diffusion and Stability-AI/stablediffusion, scripts/txt2img.py.
    Message("Stable Diffusion 1", _bytes(b"StableDiffusionV1"), (_BYTES,)),
    Message("Stable Diffusion 2", _bytes(b"SDV2"), (_BYTES,)),
)
COMPARISONS = sum(len(message.writings) for message in MESSAGES)


@dataclass(frozen=True)
class Match:
    """``agreeing`` of the message's ``bits`` were read. ``rate``: how often a picture without a
    mark, whose bits fall like coins, gives a match as good, all comparisons together."""

    name: str
    agreeing: int
    bits: int
    rate: float


def tail(bits: int, agreeing: int) -> float:
    """The probability that so many of fair bits or more agree."""
    return float(sum(comb(bits, k) for k in range(agreeing, bits + 1)) / 2**bits)


@cache
def least(bits: int) -> int:
    """The fewest agreeing bits that count."""
    return next(k for k in range(bits + 1) if tail(bits, k) * COMPARISONS <= MAX_RATE)


def find(pixels: NDArray[np.uint8]) -> Match | None:
    """The best match in pixels (H, W, 3) RGB, 256 and more a side; None where no message agrees
    well enough, or a row of blocks is more than is read. Raises UnavailableError.
    """
    decoder = _decoder()
    rows = MAX_PIXELS // pixels.shape[1]
    if rows < _BLOCK:
        return None
    matches = []
    for writing in (_FLOATS, _SWAPPED, _BYTES):
        blocks = _blocks(decoder, pixels[:rows], writing)
        for message in MESSAGES:
            if writing in message.writings:
                agreeing = _agreeing(blocks, message.bits)
                bits = len(message.bits)
                if agreeing >= least(bits):
                    rate = tail(bits, agreeing) * COMPARISONS
                    matches.append(Match(message.name, agreeing, bits, rate))
    return min(matches, key=lambda match: match.rate, default=None)


def _blocks(decoder: Any, pixels: NDArray[np.uint8], writing: Writing) -> NDArray[np.bool_]:
    """The bit of each block, in the order in which messages are written.

    As if the message were as long as the picture has blocks: four by four values of one level of
    wavelets, eight by eight pixels.
    """
    height, width = (side // 4 * 2 // 4 for side in pixels.shape[:2])
    ordered = pixels if writing.swapped else pixels[:, :, ::-1]
    kind = np.float32 if writing.floats else np.uint8
    given = np.ascontiguousarray(ordered, dtype=kind)
    return np.asarray(decoder.EmbedMaxDct(wmLen=height * width).decode(given), bool)


def _agreeing(blocks: NDArray[np.bool_], bits: tuple[int, ...]) -> int:
    """How many bits agree, each read by the majority of its blocks, as the package does."""
    read = [blocks[i :: len(bits)].mean() * 255 > 127 for i in range(len(bits))]
    return sum(bool(r) == bool(b) for r, b in zip(read, bits, strict=True))


@cache
def _decoder() -> Any:
    """The package's module for dwtDct, without what the package imports beside it."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UnavailableError("it is not installed")
    file = Path(found.submodule_search_locations[0]) / "maxDct.py"
    spec = importlib.util.spec_from_file_location(f"_{PACKAGE}_maxdct", file)
    if spec is None or spec.loader is None:
        raise UnavailableError(f"{file.name} is not in the package")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        module.EmbedMaxDct  # noqa: B018
    except (ImportError, OSError, AttributeError) as error:
        raise UnavailableError(f"it cannot be imported: {error}") from error
    return module
