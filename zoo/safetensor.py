"""Safetensors in memory: recognising what is none, its metadata, and filling a network strictly."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from .errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

    Network = TypeVar("Network", bound=nn.Module)

_MAX_HEADER = 100 * 2**20  # safetensors' own cap

_FORMATS = (
    (re.compile(rb"\x80[\x02-\x05]"), "a pickle, which can run code when it is loaded"),
    (re.compile(rb"PK[\x03\x05]"), "a zip archive (PyTorch's .pt), which holds a pickle"),
    (re.compile(rb"\x89HDF\r\n"), "an HDF5 file"),
    (re.compile(rb"\x93NUMPY"), "a numpy file"),
    (re.compile(rb"GGUF"), "a GGUF file"),
    (re.compile(rb"version https://git-lfs"), "a Git LFS pointer; git lfs pull gets the file"),
    (re.compile(rb"\s*<"), "a web page"),
    (re.compile(rb"\x1f\x8b"), "a gzip file"),
)


def foreign_format(data: bytes) -> str | None:
    """Why ``data`` cannot be safetensors, judged by its first bytes; None where it may be."""
    for pattern, name in _FORMATS:
        if pattern.match(data) and data[8:9] != b"{":
            return f"it is {name}; Zoo loads only safetensors"
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or data[8:9] != b"{" or not 2 <= length <= _MAX_HEADER:
        return "it is not a safetensors file"
    return None


@dataclass(frozen=True)
class VerifiedFile:
    """A weights file whose sha256 (hex) was checked or recorded; ``data`` are the hashed bytes."""

    name: str
    sha256: str
    data: bytes = field(repr=False)

    def metadata(self) -> dict[str, str]:
        """The free text fields of the header. Raises WeightsError where it is damaged."""
        length = int.from_bytes(self.data[:8], "little")
        try:
            if length > len(self.data) - 8:
                raise ValueError("the file is truncated")
            table = json.loads(self.data[8 : 8 + length]).get("__metadata__", {})
            return {str(key): str(value) for key, value in table.items()}
        except (ValueError, AttributeError, RecursionError) as error:
            raise self._damaged(error) from error

    def tensors(self) -> dict[str, Tensor]:
        """All tensors, on the CPU. Raises WeightsError where the file is damaged."""
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            return load(self.data)
        except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> WeightsError:
        return WeightsError(
            f"{self.name} is truncated or not a valid safetensors file ({error}); get it again"
        )


def in_order(data: bytes) -> bytes:
    """A safetensors file with its metadata sorted, so that the same contents give the same bytes:
    the library writes them in random order."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def load_state(network: Network, file: VerifiedFile) -> Network:
    """Fill ``network`` from ``file`` and return it in ``eval()``, its parameters frozen.

    Strict: exactly the network's tensors, in their shapes. Floating-point tensors take the
    network's own type (so float16 files fill float32 networks). Raises WeightsError.
    """
    given = file.tensors()
    wanted = network.state_dict()
    problems = [
        _some("missing tensors", sorted(wanted.keys() - given.keys())),
        _some("tensors that the network does not have", sorted(given.keys() - wanted.keys())),
        _some("other shapes or types", [
            f"{name} {tuple(given[name].shape)} for {tuple(wanted[name].shape)}"
            for name in sorted(wanted.keys() & given.keys())
            if given[name].shape != wanted[name].shape
            or given[name].is_floating_point() != wanted[name].is_floating_point()
        ]),
    ]  # fmt: skip
    if found := "; ".join(p for p in problems if p):
        raise WeightsError(
            f"{file.name} does not fit the network: {found}. It belongs to another model, or to "
            "another version of this one; use the file that the card names (zoo models)"
        )
    network.load_state_dict(given, strict=True)
    return network.eval().requires_grad_(False)


def _some(title: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{title}: {', '.join(names[:3])}{more}"
