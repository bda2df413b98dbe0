"""A stranger's model that keeps the contract: coloured clouds."""

from __future__ import annotations

import zoo


@zoo.hookimpl
def zoo_models():
    return [
        zoo.Card(
            id="plasma.demo", family="plasma", summary="Coloured clouds", size=(64, 64), params=0,
            factory="zoo_plasma:Plasma", licence="CC0-1.0", trained_on="nothing",
            can=frozenset({zoo.Can.LATENT}),
        )
    ]  # fmt: skip


class Plasma(zoo.FromLatent):
    def __init__(self, files, device, dtype):
        super().__init__(device, dtype)

    def latent_shape(self, size):
        return (3, 8, 8)

    def decode(self, z, *, condition, options):
        from torch.nn.functional import interpolate

        return interpolate(z, size=64, mode="bicubic").tanh()
