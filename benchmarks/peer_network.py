"""The peer's network and sampler, from the diffusers package (pip install -e '.[peers]')."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from zoo.timm_import import import_timm

import_timm()  # first: it gets along with a torchvision that does not fit torch, diffusers does not
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DModel  # noqa: E402
from diffusers.training_utils import EMAModel  # noqa: E402

__all__ = ["DDPMScheduler", "EMAModel", "UNet2DModel", "build_unet", "ddim", "ddim_scheduler"]

CHANNELS = (16, 32, 96, 192)
"""A resolution each, from the highest."""
NOISE_LEVELS = 1000


def build_unet(labels: int, size: int, channels: tuple[int, ...] = CHANNELS) -> UNet2DModel:
    """Class-conditional; one residual block a resolution on the way down, two up; attention at the
    lowest. Few channels at full resolution and many below are the best use of a CPU; there, the
    plain memory format is 10 % faster than channels_last."""
    plain = len(channels) - 1
    return UNet2DModel(
        sample_size=size,
        block_out_channels=channels,
        layers_per_block=1,
        down_block_types=("DownBlock2D",) * plain + ("AttnDownBlock2D",),
        up_block_types=("AttnUpBlock2D",) + ("UpBlock2D",) * plain,
        norm_num_groups=math.gcd(16, *channels),
        attention_head_dim=32,
        num_class_embeds=labels,
    )


def ddim_scheduler(betas: str = "squaredcos_cap_v2", prediction: str = "v_prediction") -> Any:
    return DDIMScheduler(
        NOISE_LEVELS, beta_schedule=betas, prediction_type=prediction, timestep_spacing="trailing"
    )


@torch.inference_mode()
def ddim(
    unet: UNet2DModel, noise: Tensor, labels: Tensor, scheduler: Any, steps: int = 50
) -> Tensor:
    """Pictures (B, 3, S, S) in [-1, 1] from noise of their shape and labels (B,)."""
    scheduler.set_timesteps(steps, device=noise.device)
    x = noise
    for t in scheduler.timesteps:
        x = scheduler.step(unet(x, t, class_labels=labels).sample, t, x).prev_sample
    return x
