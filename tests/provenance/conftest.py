"""Fixtures of the provenance side: signers of test pictures, and pictures."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from signatory import Signatory
from webserver import NAME


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


@pytest.fixture(scope="session")
def make_scene() -> Callable[..., Image.Image]:
    """``make_scene(seed, width)``: smooth noise with a hundred shapes on it, 4:3, RGB. Scenes of
    different seeds have nothing in common."""

    def make(seed: int = 0, width: int = 400) -> Image.Image:
        rng = np.random.default_rng(seed)
        size = (width, width * 3 // 4)
        coarse = rng.integers(60, 200, (6, 8, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
        draw = ImageDraw.Draw(image)
        for _ in range(100):
            x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1])
            radius = rng.uniform(0.01, 0.06) * width
            colour = tuple(int(c) for c in rng.integers(0, 256, 3))
            sides, turn = int(rng.integers(3, 7)), float(rng.uniform(0, 360))
            draw.regular_polygon((x, y, radius), sides, turn, colour)
        return image

    return make


class Names(dict[str, Any]):
    """Where names lead to: addresses, or what gives them; ``asked`` says which were looked up."""

    def __init__(self) -> None:
        super().__init__({NAME: ["127.0.0.1"]})
        self.asked: list[str] = []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A resolver that knows these names; of others only addresses, without a network."""
    table, real = Names(), socket.getaddrinfo

    def look_up(host: str, port: int, **more: Any) -> Any:
        table.asked.append(host)
        found = table.get(host, [host])
        addresses = found() if callable(found) else found
        return [real(a, port, flags=socket.AI_NUMERICHOST, **more)[0] for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return table
