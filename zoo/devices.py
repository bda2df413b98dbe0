"""Where a model runs, and how many pictures fit there at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .errors import UsageError

if TYPE_CHECKING:
    import torch

CPU_BATCH = 16
"""More at once gains nothing on a CPU, and a replay makes a whole batch for one picture."""
DEVICE_BATCH = 64
_BYTES_PER_PIXEL = 4 * 1024
"""Feature maps of a picture while it is made: float32, 1,024 values a pixel, on the safe side."""
_UNKNOWN = 2 * 2**30


def choose_device(name: str | None = None) -> torch.device:
    """``cpu``, ``cuda``, ``cuda:N`` or ``mps``; None and ``auto`` take the fastest there is."""
    import torch

    if name in (None, "auto"):
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"device {name!r} cannot be used here ({reason}); try 'cpu'") from error
    if device.type not in ("cpu", "cuda", "mps"):
        raise UsageError(f"device {name!r}: expected cpu, cuda or mps")
    return device


def free_memory(device: torch.device) -> int:
    """Bytes that are free on ``device``; 2 GiB where that cannot be found out."""
    if device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _UNKNOWN


def default_batch(size: tuple[int, int], device: torch.device) -> int:
    """Pictures of native ``size`` made at once: a power of two, in a quarter of free memory."""
    cap = CPU_BATCH if device.type == "cpu" else DEVICE_BATCH
    fit = free_memory(device) // 4 // (size[0] * size[1] * _BYTES_PER_PIXEL)
    return 1 << min(cap, max(1, fit)).bit_length() - 1
