"""The clauses of what a card says that its model can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from zoo import picture_rules
from zoo.card import Can
from zoo.plugins import plugin_manager

from .bench import Bench, far_apart
from .contract import Check


def abilities(bench: Bench) -> Iterator[Check]:
    """Of each ability that the card claims."""
    can = bench.card.can
    if Can.LATENT in can:
        yield Check("latent: latent_shape and decode fit together", lambda: _decodes(bench))
        yield Check("latent: a picture does not depend on its batch", lambda: _decodes_alone(bench))
        yield Check("latent: gradients reach the latent", lambda: _differentiable(bench))
    if Can.ENCODE in can:
        yield Check("encode: it leads back to the picture", lambda: _encodes(bench))
    if Can.STEPS in can:
        yield Check("steps: previews come before the picture", lambda: _previews(bench))
    if Can.TRAIN in can:
        yield Check("train: there is a trainer of its architecture", lambda: _trainer(bench))


def _latents(bench: Bench, count: int) -> Tensor:
    generator: Any = bench.model.generator
    shape = generator.latent_shape(bench.card.size)
    if not isinstance(shape, tuple) or not all(type(n) is int and n > 0 for n in shape):
        raise TypeError(f"latent_shape gives {shape!r}; expected a tuple of whole numbers above 0")
    z = bench.request(*range(count)).noise_batch("zoo.testing", shape)
    return z.to(bench.model.device, bench.model.dtype)


def _condition(bench: Bench, count: int) -> Tensor | None:
    if not bench.card.labels:
        return None
    return torch.zeros(count, dtype=torch.int64, device=bench.model.device)


def _decode(bench: Bench, z: Tensor, options: dict[str, Any] | None = None) -> Any:
    generator: Any = bench.model.generator
    return generator.decode(z, condition=_condition(bench, len(z)), options=options or bench.quick)


@torch.inference_mode()
def _decodes(bench: Bench) -> str | None:
    found = _decode(bench, _latents(bench, 2))
    for problem in picture_rules.problems(found, (2, 3, *bench.card.size), final=True):
        return f"decode {problem}"
    return None


@torch.inference_mode()
def _decodes_alone(bench: Bench) -> str | None:
    z = _latents(bench, 3)
    together, alone = _decode(bench, z)[2:], _decode(bench, z[2:])
    if apart := far_apart(together.float().cpu(), alone.float().cpu()):
        return f"latent 2, decoded alone and in a batch of three: {apart}"
    return None


def _differentiable(bench: Bench) -> str | None:
    with torch.enable_grad():
        z = _latents(bench, 1).clone().requires_grad_()
        found = _decode(bench, z)
        if not found.requires_grad:
            return "decode gives pictures without gradient; leave out no_grad, detach and numpy"
        # Of half the picture: the gradient of a sum over all of it may well be 0.
        (gradient,) = torch.autograd.grad(found[..., : found.shape[-1] // 2].square().sum(), z)
    if not gradient.isfinite().all() or not gradient.any():
        return "the gradient at the latent is 0 or not finite"
    return None


@torch.inference_mode()
def _encodes(bench: Bench) -> str | None:
    generator: Any = bench.model.generator
    options = {option.name: option.default for option in bench.card.options}
    z = _latents(bench, 2)
    made = _decode(bench, z, options)
    found = generator.encode(made, condition=_condition(bench, 2), options=options)
    if tuple(found.shape) != tuple(z.shape) or not found.isfinite().all():
        return f"encode made {tuple(found.shape)}; expected finite latents {tuple(z.shape)}"
    again = _decode(bench, found, options)
    own, other = (float((again[0] - picture).abs().mean()) for picture in made)
    if not own < other:
        return (
            f"decode(encode(picture)) lies {own:.3g} from the picture on average, and {other:.3g} "
            "from another one; expected to come nearer to it"
        )
    return None


def _previews(bench: Bench) -> str | None:
    options = {option.name: option.default for option in bench.card.options}
    *previews, _ = bench.steps(bench.request(0, options=options))
    if not previews:
        return (
            "with its default options it yields the picture alone; yield Step(state, final=False)"
        )
    for step in previews:
        shape = (1, 3, *bench.card.size)
        for problem in picture_rules.problems(step.pictures, shape, final=False):
            return f"a preview: it {problem}"
    return None


def _trainer(bench: Bench) -> str | None:
    name, trainers = bench.card.architecture, plugin_manager().trainers()
    if name in trainers:
        return None
    return f"zoo_trainers brings no {name!r}; there are: {', '.join(trainers) or 'none'}"
