"""Contact sheets of samples."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor


def save_sheet(pictures: Tensor, path: Path) -> None:
    """Write pictures (B, 3, H, W) in [-1, 1] as a near-square sheet without gaps."""
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    _, channels, height, width = pictures.shape
    sheet = torch.ones(rows * columns, channels, height, width)
    sheet[: len(pictures)] = pictures.float().cpu().clamp(-1, 1)
    tiled = sheet.view(rows, columns, channels, height, width).permute(0, 3, 1, 4, 2)
    pixels = ((tiled + 1) * 127.5).round().to(torch.uint8)
    pixels = pixels.reshape(rows * height, columns * width, channels)
    part = path.with_name(path.name + ".part")
    Image.fromarray(pixels.numpy()).save(part, format="PNG")
    part.replace(path)
