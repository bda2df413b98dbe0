"""The model that is tuned: its decoder under gradients, and the network that its weights fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from zoo.errors import PluginError, UsageError, ZooError
from zoo.generation import Model
from zoo.generator import LatentGenerator
from zoo.one_line import in_one_line
from zoo.picture_rules import type_of
from zoo.safetensor import VerifiedFile


@dataclass(frozen=True)
class Decoder:
    """A loaded model whose pictures are asked for by latent, under checked ``options``."""

    model: Model
    options: Mapping[str, Any]

    @property
    def latent_shape(self) -> tuple[int, ...]:
        """Of one picture, at the native size."""
        return self._generator().latent_shape(self.model.card.size)

    def __call__(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures (B, 3, H, W), clamped to [-1, 1] as when they are saved, of latents ``z``.

        Raises PluginError where the generator breaks its contract.
        """
        model = self.model
        try:
            made = self._generator().decode(
                z.to(model.device, model.dtype), condition=labels, options=self.options
            )
        except (ZooError, torch.OutOfMemoryError):
            raise
        except Exception as error:
            raise PluginError(
                f"the generator of {model.card.id} failed: {in_one_line(error)}"
            ) from error
        expected = (len(z), 3, *model.card.size)
        if not isinstance(made, Tensor) or tuple(made.shape) != expected:
            found = tuple(made.shape) if isinstance(made, Tensor) else type_of(made)
            raise PluginError(f"{model.card.id} decoded {found}; its card asks for {expected}")
        return made.float().clamp(-1, 1)

    def _generator(self) -> LatentGenerator:
        generator = self.model.generator
        assert isinstance(generator, LatentGenerator)  # the card says so, and loading checked it
        return generator


def tunable_network(model: Model, file: VerifiedFile) -> nn.Module:
    """The module of the generator that ``file`` fills, with exactly its tensors, made trainable.

    Raises UsageError where there is none: what was tuned could not be written as such a file.
    """
    names = file.tensors().keys()
    for module in _modules(model.generator):
        if module.state_dict().keys() == names:
            return module.requires_grad_(True)
    raise UsageError(
        f"{model.card.id} cannot be tuned: no torch module among the attributes of its generator "
        f"({type(model.generator).__name__}) has exactly the tensors of its weights file"
    )


def _modules(generator: object) -> Iterator[nn.Module]:
    roots = [generator, *getattr(generator, "__dict__", {}).values()]
    for root in roots:
        if isinstance(root, nn.Module):
            yield from root.modules()
