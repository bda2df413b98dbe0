"""Several processes that train one model, as ``torchrun`` starts them.

Gradients are averaged after ``backward`` in one all-reduce a phase. DistributedDataParallel is not
used: it hooks the forward pass of one wrapped module, but a phase may call any method of several
networks, and differentiate twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn

from zoo.errors import UsageError


@dataclass(frozen=True)
class World:
    """This process among all that train; alone by default."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes and prints."""
        return self.rank == 0

    def rows(self, batch: int, group: int) -> Tensor | slice:
        """The rows of the global batch that are this process's; groups (``i``,
        ``i + batch / group``, …) stay whole. Raises UsageError where it cannot be shared out."""
        if self.size == 1:
            return slice(None)
        heads = batch // group
        if heads % self.size:
            raise UsageError(
                f"a batch of {batch} in groups of {group} cannot be shared by {self.size} "
                f"processes; take --batch as a multiple of {group * self.size}"
            )
        mine = torch.arange(heads).chunk(self.size)[self.rank]
        return (torch.arange(group)[:, None] * heads + mine).flatten()

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace each gradient by its mean over the processes."""
        self._average([p.grad for p in parameters if p.grad is not None])

    def average_buffers(self, networks: Iterable[nn.Module]) -> None:
        """The same for floating-point buffers, so that every process keeps equal networks."""
        buffers = [b for n in networks for b in n.buffers() if b.is_floating_point()]
        self._average(buffers)

    @torch.no_grad()
    def _average(self, tensors: Sequence[Tensor]) -> None:
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([t.reshape(-1) for t in tensors])
        dist.all_reduce(flat)
        pieces = torch.split(flat / self.size, [t.numel() for t in tensors])
        torch._foreach_copy_(
            list(tensors), [p.view(t.shape) for p, t in zip(pieces, tensors, strict=True)]
        )

    def mean(self, figures: Mapping[str, float]) -> dict[str, float]:
        """Figures averaged over the processes, which all report the same names."""
        values = torch.tensor(list(figures.values()), dtype=torch.float64)
        if self.size > 1 and len(values):
            dist.all_reduce(values)
        return dict(zip(figures, (values / self.size).tolist(), strict=True))

    def agree(self, *values: float) -> list[float]:
        """The leader's values, on every process."""
        shared = torch.tensor(values, dtype=torch.float64)
        if self.size > 1:
            dist.broadcast(shared, 0)
        return [float(value) for value in shared.tolist()]

    def align(self, networks: Iterable[nn.Module]) -> None:
        """Give every process the leader's weights."""
        if self.size > 1:
            for network in networks:
                for tensor in network.state_dict().values():
                    shared = tensor.contiguous()
                    dist.broadcast(shared, 0)
                    tensor.copy_(shared)


@contextmanager
def join(device: torch.device) -> Iterator[tuple[World, torch.device]]:
    """This process's place and device, as torchrun's environment says; alone without one.

    Numbers on the CPU travel by gloo, those on CUDA by NCCL; each process of a machine takes the
    GPU of its local rank.
    """
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if size == 1:
        yield World(), device
        return
    cuda = device.type == "cuda"
    if cuda:
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    elif device.type != "cpu":
        raise UsageError(f"several processes need --device cpu or cuda, not {device.type}")
    dist.init_process_group("cpu:gloo,cuda:nccl" if cuda else "gloo")
    try:
        yield World(rank, size), device
    finally:
        dist.destroy_process_group()
