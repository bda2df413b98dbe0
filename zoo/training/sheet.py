"""Contact sheets of samples. They are pictures too, so they leave sealed."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor

from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType


def save_sheet(pictures: Tensor, path: Path, record: Record) -> None:
    """Seal pictures (B, 3, H, W) in [-1, 1] as a near-square sheet without gaps."""
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    _, channels, height, width = pictures.shape
    sheet = torch.ones(rows * columns, channels, height, width)
    sheet[: len(pictures)] = pictures.float().cpu().clamp(-1, 1)
    tiled = sheet.view(rows, columns, channels, height, width).permute(0, 3, 1, 4, 2)
    pixels = ((tiled + 1) * 127.5).round().to(torch.uint8)
    pixels = pixels.reshape(rows * height, columns * width, channels)
    source = SourceType.TRAINED_ALGORITHMIC_MEDIA
    seal(pixels.numpy(), record, source=source, out=path, overwrite=True)
