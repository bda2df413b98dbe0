"""The straight path from pictures to noise, and the ways along it.

``x_t = (1 - t) x + t n`` with a picture ``x``, noise ``n`` and ``t`` in [0, 1] is the path of
rectified flow (Liu et al. 2023, arXiv:2209.03003); its velocity is ``n - x``. The network predicts
the picture itself, and the error is that of the velocity (Li & He 2025, arXiv:2511.13720): pictures
lie near a surface of few dimensions, which a narrow network can follow; noise does not.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

SIGMA = 0.5
"""Standard deviation of pictures in [-1, 1], as in EDM (Karras et al. 2022, arXiv:2206.00364)."""
LEAST_TIME = 0.05
"""Below this time the velocity is taken as at it, so that the division stays tame."""

Velocity = Callable[[Tensor, float], Tensor]


def denoised(network: nn.Module, x: Tensor, t: Tensor, label: Tensor) -> Tensor:
    """The picture (B, 3, H, W) that the network sees in noisy ones ``x`` at times ``t`` (B,)."""
    time = t[:, None, None, None]
    scale = (SIGMA**2 * (1 - time) ** 2 + time**2).rsqrt()  # to unit variance
    picture: Tensor = network(x * scale, t, label)
    return picture


def velocity(network: nn.Module, x: Tensor, t: Tensor, label: Tensor) -> Tensor:
    """The velocity (B, 3, H, W) at noisy pictures ``x``, times ``t`` (B,) in [0, 1] and labels."""
    time = t[:, None, None, None].clamp(min=LEAST_TIME)
    return (x - denoised(network, x, t, label)) / time


def error(network: nn.Module, picture: Tensor, noise: Tensor, t: Tensor, label: Tensor) -> Tensor:
    """Squared error (B,) of the velocity."""
    time = t[:, None, None, None]
    x = (1 - time) * picture + time * noise
    off = denoised(network, x, t, label) - picture
    return (off / time.clamp(min=LEAST_TIME)).square().mean((1, 2, 3))


def guided(network: nn.Module, label: Tensor, guidance: float) -> Velocity:
    """The velocity under classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598).

    ``guidance`` 1 is the plain conditional model and needs one network call; others need two,
    made as one of twice the batch.
    """
    any_label = torch.full_like(label, len_labels(network))

    def conditional(x: Tensor, t: float) -> Tensor:
        return velocity(network, x, x.new_full((len(x),), t), label)

    def both(x: Tensor, t: float) -> Tensor:
        times = x.new_full((2 * len(x),), t)
        two = velocity(network, torch.cat([x, x]), times, torch.cat([label, any_label]))
        with_label, without = two.chunk(2)
        return without + guidance * (with_label - without)

    return conditional if guidance == 1.0 else both


def len_labels(network: nn.Module) -> int:
    """How many labels a network knows; this index means "any"."""
    count = network.labels
    assert isinstance(count, int)
    return count
