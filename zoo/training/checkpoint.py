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
from safetensors.torch import save
from torch import Tensor, nn, optim

from zoo.errors import DataError
from zoo_provenance.atomic import write_atomically

SCHEMA = 2
AVERAGE = "network/average/"


def save_checkpoint(
    path: Path,
    networks: Mapping[str, nn.Module],
    optimisers: Mapping[str, optim.Optimizer],
    rng: torch.Generator | None,
    state: Mapping[str, Any],
) -> None:
    """Write everything needed to go on. Without ``rng`` it is for export only."""
    tensors: dict[str, Tensor] = {}
    if rng is not None:
        tensors = {"rng": rng.get_state(), "rng/cpu": torch.get_rng_state()}
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            tensors["rng/cuda"] = torch.cuda.get_rng_state()
    for name, network in networks.items():
        tensors |= {f"network/{name}/{k}": v for k, v in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        tensors |= {f"optimiser/{name}/{k}": v for k, v in _optimiser_tensors(optimiser)}
    tensors = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    metadata = {"schema": str(SCHEMA), "state": json.dumps(dict(state))}
    write_atomically(path, save(tensors, metadata=metadata))


def load_checkpoint(
    path: Path,
    networks: Mapping[str, nn.Module],
    optimisers: Mapping[str, optim.Optimizer],
    rng: torch.Generator,
) -> dict[str, Any]:
    """Restore what :func:`save_checkpoint` wrote, in place; return its ``state``."""
    try:
        tensors, state = _read(path, "")
        for name, network in networks.items():
            network.load_state_dict(_below(tensors, f"network/{name}/"), strict=True)
        for name, optimiser in optimisers.items():
            _restore_optimiser(optimiser, _below(tensors, f"optimiser/{name}/"))
        rng.set_state(tensors["rng"])
        torch.set_rng_state(tensors["rng/cpu"])
        if "rng/cuda" in tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(tensors["rng/cuda"])
    except (OSError, SafetensorError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise DataError(
            f"cannot go on from {path}: {error}. Was it made by another version? "
            "Start again with another --out"
        ) from error
    return state


def load_average(path: Path, network: nn.Module) -> dict[str, Any]:
    """Fill ``network`` with the averaged weights of a checkpoint; return its ``state``."""
    try:
        tensors, state = _read(path, AVERAGE)
        network.load_state_dict(_below(tensors, AVERAGE), strict=True)
    except (OSError, SafetensorError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise DataError(
            f"cannot read the averaged weights of {path}: {error}. Is it a checkpoint of this "
            "recipe, made by this version of zoo train?"
        ) from error
    return state


def read_state(path: Path) -> dict[str, Any]:
    """The plain numbers of a checkpoint; {} where there is none. Raises DataError."""
    if not path.is_file():
        return {}
    try:
        return _read(path, "none of them")[1]
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error}); remove it, or start again") from error


def _read(path: Path, prefix: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
        if metadata.get("schema") != str(SCHEMA):
            raise ValueError("it is of another schema")
        names = [k for k in file.keys() if k.startswith(prefix)]  # noqa: SIM118
        state: dict[str, Any] = json.loads(metadata["state"])
        return {name: file.get_tensor(name) for name in names}, state


def _optimiser_tensors(optimiser: optim.Optimizer) -> Iterator[tuple[str, Tensor]]:
    for index, slots in optimiser.state_dict()["state"].items():
        for slot, value in slots.items():
            if value is not None:
                yield f"{index}/{slot}", torch.as_tensor(value)


def _restore_optimiser(optimiser: optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for key, value in tensors.items():
        index, slot = key.split("/")
        parameter = parameters[int(index)]
        if value.shape == parameter.shape:  # in the parameter's layout, or torch gets slower
            value = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
        state.setdefault(int(index), {})[slot] = value
    optimiser.load_state_dict(
        {"state": state, "param_groups": optimiser.state_dict()["param_groups"]}
    )


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
