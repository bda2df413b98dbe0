"""Checkpoints of a training run: one safetensors file, written atomically.

Tensors of networks, averages, optimisers and random generators lie in it by name; plain numbers
are JSON in the metadata. Nothing is pickled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn, optim

from zoo.errors import DataError

SCHEMA = 1


def save_checkpoint(
    path: Path,
    networks: Mapping[str, nn.Module],
    optimisers: Mapping[str, optim.Optimizer],
    rng: torch.Generator,
    state: Mapping[str, Any],
) -> None:
    """Write everything needed to go on."""
    tensors: dict[str, Tensor] = {"rng": rng.get_state()}
    for name, network in networks.items():
        tensors |= {f"network/{name}/{k}": v for k, v in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        tensors |= {f"optimiser/{name}/{k}": v for k, v in _optimiser_tensors(optimiser)}
    tensors = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    metadata = {"schema": str(SCHEMA), "state": json.dumps(dict(state))}
    part = path.with_name(path.name + ".part")
    save_file(tensors, part, metadata=metadata)
    part.replace(path)


def load_checkpoint(
    path: Path,
    networks: Mapping[str, nn.Module],
    optimisers: Mapping[str, optim.Optimizer],
    rng: torch.Generator,
) -> dict[str, Any]:
    """Restore what :func:`save_checkpoint` wrote, in place; return its ``state``."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        if metadata.get("schema") != str(SCHEMA):
            raise DataError(f"{path}: not a checkpoint of this version of zoo train")
        state: dict[str, Any] = json.loads(metadata["state"])
        for name, network in networks.items():
            network.load_state_dict(_below(tensors, f"network/{name}/"), strict=True)
        for name, optimiser in optimisers.items():
            _restore_optimiser(optimiser, _below(tensors, f"optimiser/{name}/"))
        rng.set_state(tensors["rng"])
    except (OSError, SafetensorError, KeyError, RuntimeError, ValueError) as error:
        raise DataError(
            f"cannot resume from {path}: {error}. Was the recipe changed? "
            "Start again with another --out"
        ) from error
    return state


def _optimiser_tensors(optimiser: optim.Optimizer) -> Iterator[tuple[str, Tensor]]:
    for index, slots in optimiser.state_dict()["state"].items():
        for slot, value in slots.items():
            yield f"{index}/{slot}", torch.as_tensor(value)


def _restore_optimiser(optimiser: optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        index, slot = key.split("/")
        state.setdefault(int(index), {})[slot] = value
    optimiser.load_state_dict(
        {"state": state, "param_groups": optimiser.state_dict()["param_groups"]}
    )


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
