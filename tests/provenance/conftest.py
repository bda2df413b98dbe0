"""Fixtures of the provenance side: signers of test pictures, and pictures."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from signatory import Signatory


@pytest.fixture(scope="session")
def make_signatory() -> Callable[..., Signatory]:
    return Signatory


@pytest.fixture(scope="session")
def agency() -> Signatory:
    """Somebody that a test may trust."""
    return Signatory("News Agency")


@pytest.fixture(scope="session")
def stranger() -> Signatory:
    """Somebody that nobody trusts, with a fine name."""
    return Signatory("OpenAI")


@pytest.fixture(scope="session")
def make_image() -> Callable[..., Image.Image]:
    """``make_image(seed, size)``: smooth colours with some detail, RGB."""

    def make(seed: int = 0, size: int = 128) -> Image.Image:
        rng = np.random.default_rng(seed)
        coarse = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
        return Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)

    return make


@pytest.fixture(scope="session")
def png(make_image: Callable[..., Image.Image]) -> bytes:
    """A plain PNG without any mark."""
    out = io.BytesIO()
    make_image().save(out, "PNG")
    return out.getvalue()
