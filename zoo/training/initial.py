"""Starting from exported weights: fine-tuning, and transfer to other labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor, nn

from zoo.errors import WeightsError
from zoo.safetensor import VerifiedFile, load_state
from zoo.weights import read_verified


def read_initial(path: Path) -> VerifiedFile:
    """A weights file that ``zoo train`` exported. Raises WeightsError."""
    return read_verified(path, path.name)


def initialise(network: nn.Module, file: VerifiedFile, labels: int) -> list[str]:
    """Fill ``network``, which has ``labels`` labels, from exported weights.

    Returns the names of the tensors that were kept new: those that have one row a label, where the
    file was trained with another number of labels. Everything else must fit strictly; raises
    WeightsError otherwise.
    """
    wanted, given = network.state_dict(), file.tensors()
    new = _per_label(wanted, given, labels)
    if new:
        kept = {name: wanted[name].cpu().contiguous() for name in new}
        file = dataclasses.replace(file, data=save({**given, **kept}, file.metadata()))
    training = network.training
    trainable = {name for name, p in network.named_parameters() if p.requires_grad}
    try:
        load_state(network, file)
    except WeightsError as error:
        raise WeightsError(f"--init: {error}") from error
    network.train(training)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name in trainable)
    return new


def _per_label(wanted: Mapping[str, Tensor], given: Mapping[str, Tensor], labels: int) -> list[str]:
    """Tensors whose shapes differ in one dimension alone, which counts labels (or one more, for
    "no label"), all by the same number."""
    found: dict[str, int] = {}
    for name in wanted.keys() & given.keys():
        ours, theirs = wanted[name].shape, given[name].shape
        if ours == theirs or len(ours) != len(theirs):
            continue
        differing = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
        if len(differing) == 1 and differing[0][0] in (labels, labels + 1):
            found[name] = differing[0][0] - differing[0][1]
    return sorted(found) if len(set(found.values())) == 1 else []
