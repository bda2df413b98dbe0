"""All randomness of a pipeline from the request, whatever draws it.

Pipelines and schedulers draw through ``torch.randn(…, generator=…)``, once for each picture where
they get a list of generators. PyTorch lets a mode see every call of its functions
(``torch.overrides.TorchFunctionMode``): here each such draw is answered with ``request.noise`` of
the picture whose generator it names. So the first latents and the noise of an ancestral solver are
those of (seed, index, number of the draw): the same in any batch, with any version of PyTorch, and
again. A draw that names no generator would be neither, and is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from zoo.errors import PluginError
from zoo.noise import integer
from zoo.request import Request

_RANDOM = {
    torch.rand, torch.randint, torch.randperm, torch.normal, torch.bernoulli, torch.multinomial,
    torch.rand_like, torch.randn_like, torch.randint_like, torch.poisson,
    Tensor.normal_, Tensor.uniform_, Tensor.bernoulli_, Tensor.exponential_, Tensor.random_,
}  # fmt: skip


class RequestNoise(TorchFunctionMode):
    """A context manager. ``generators``, one a picture, are to be given to the pipeline; what else
    than ``randn`` draws from one gets numbers of a seed that (seed, index) gives it."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request
        self.generators = [
            torch.Generator().manual_seed(integer(request.seed, index, "diffusers", 2**63))
            for index in request.indices
        ]
        self._draws: Counter[int] = Counter()

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        given = kwargs or {}
        if func is torch.randn:
            return self._randn(args, **given)
        if func in _RANDOM and given.get("generator") is None:
            raise _unnamed(func)
        return func(*args, **given)

    def _randn(
        self,
        args: Sequence[Any],
        *,
        size: Sequence[int] | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
        **_: Any,
    ) -> Tensor:
        number = next((i for i, g in enumerate(self.generators) if g is generator), None)
        if number is None:
            raise _unnamed(torch.randn)
        shape = size if size is not None else args
        shape = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        self._draws[number] += 1
        purpose = f"diffusers {self._draws[number]}"
        noise = self.request.noise(number, purpose, tuple(map(int, shape)))
        return noise.to(device or "cpu", dtype or torch.get_default_dtype())


def _unnamed(func: Callable[..., Any]) -> PluginError:
    name = getattr(func, "__name__", str(func))
    return PluginError(
        f"it draws random numbers ({name}) that no seed of yours decides, so that its pictures "
        "could not be made again; try another --scheduler"
    )
