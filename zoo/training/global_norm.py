"""Batch norms that see the global batch when several processes share it.

torch's SyncBatchNorm does so on GPUs only and cannot be differentiated twice; this one does both,
and without a kernel of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


class _Global(_BatchNorm):
    """Ioffe & Szegedy 2015, arXiv:1502.03167, with mean and variance over all processes, whose
    shares of the batch are equal."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        self._check_input_dim(x)  # type: ignore[no-untyped-call]
        axes = [0, *range(2, x.ndim)]
        shape = [1, -1, *(1,) * (x.ndim - 2)]
        wide = x.float()  # statistics of bfloat16 would be too coarse
        mean = _over_all(wide.mean(axes))
        centred = wide - mean.view(shape)
        variance = _over_all(centred.square().mean(axes))
        self._follow(mean, variance, x.numel() // x.shape[1] * dist.get_world_size())
        y = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            y = y * self.weight.view(shape) + self.bias.view(shape)
        return y.to(x.dtype)

    @torch.no_grad()
    def _follow(self, mean: Tensor, variance: Tensor, count: int) -> None:
        if self.running_mean is None or self.running_var is None:
            return
        assert self.num_batches_tracked is not None
        self.num_batches_tracked.add_(1)
        weight = self.momentum
        if weight is None:  # a cumulative mean
            weight = 1 / float(self.num_batches_tracked)
        self.running_mean.lerp_(mean, weight)
        self.running_var.lerp_(variance * (count / max(1, count - 1)), weight)


class _Global1d(_Global, nn.BatchNorm1d): ...


class _Global2d(_Global, nn.BatchNorm2d): ...


class _Global3d(_Global, nn.BatchNorm3d): ...


_GLOBAL: dict[type, type] = {
    nn.BatchNorm1d: _Global1d,
    nn.BatchNorm2d: _Global2d,
    nn.BatchNorm3d: _Global3d,
}


class _Sum(torch.autograd.Function):
    """The sum over all processes. Each one's loss depends on it, so gradients are summed, too."""

    @staticmethod
    def forward(context: Any, value: Tensor) -> Tensor:
        del context
        total = value.contiguous().clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        del context
        total: Tensor = _Sum.apply(gradients[0])  # type: ignore[no-untyped-call]
        return total


def _over_all(value: Tensor) -> Tensor:
    total: Tensor = _Sum.apply(value)  # type: ignore[no-untyped-call]
    return total / dist.get_world_size()


def share_batch_norms(networks: Iterable[nn.Module]) -> None:
    """Let the batch norms of ``networks`` see the global batch, in place."""
    for network in networks:
        for module in network.modules():
            if type(module) in _GLOBAL:
                module.__class__ = _GLOBAL[type(module)]
