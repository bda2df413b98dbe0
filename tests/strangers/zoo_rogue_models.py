"""A stranger's models, each of which misbehaves as its tag says; the first batch may go well."""

from __future__ import annotations

import os
import random
import sys
import time

import zoo

ALL = (
    "good raises exits nothing shapeless integers nan infinite bright overshoots prints seeds "
    "differentiates late dies slow writes gorges leaves strews deep array"
)
TAGS = os.environ.get("ROGUE_TAGS", ALL).split()


@zoo.hookimpl
def zoo_models():
    return [
        zoo.Card(
            id=f"rogue.{tag}", family="rogue", summary=f"It {tag}", licence="CC0-1.0",
            trained_on="nothing", factory="zoo_rogue_models:build_" + tag, size=(16, 16), params=0,
            can=frozenset({zoo.Can.LATENT} if tag == "prints" else ()),
        )
        for tag in TAGS
    ]  # fmt: skip


def __getattr__(name):
    tag = name.removeprefix("build_")
    if name == tag or tag not in TAGS:
        raise AttributeError(name)
    return lambda files, device, dtype: Rogue(tag)


class Rogue:
    def __init__(self, tag):
        self.tag = tag

    def generate(self, request):
        pictures = request.noise_batch("noise", (3, *request.size)).tanh()
        act = getattr(self, self.tag, None)
        other = None if act is None else act(pictures, request)
        yield zoo.Step(pictures if other is None else other)

    def raises(self, pictures, request):
        raise LookupError("no brush")

    def exits(self, pictures, request):
        sys.exit(0)

    def nothing(self, pictures, request):
        return 7

    def array(self, pictures, request):
        return pictures.numpy()

    def shapeless(self, pictures, request):
        return pictures[:, :, :8]

    def integers(self, pictures, request):
        return (pictures * 127).int()

    def nan(self, pictures, request):
        pictures[-1, 0, 0, 0] = float("nan")

    def infinite(self, pictures, request):
        pictures[-1, 0, 0, 0] = float("inf")

    def bright(self, pictures, request):
        return (pictures + 1) * 127.5

    def overshoots(self, pictures, request):
        return pictures * 1.04

    def prints(self, pictures, request):
        print("thinking …")
        print("\n]}", end="")
        sys.stdout.flush()
        sys.__stdout__.write('{"schema": 2}')
        sys.__stdout__.flush()
        os.write(1, b"from the depths")
        os.system("echo from a child")

    def seeds(self, pictures, request):
        import numpy as np
        import torch

        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)

    def differentiates(self, pictures, request):
        import torch

        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(True)
        with torch.inference_mode(False):
            return pictures.clone().requires_grad_()

    def late(self, pictures, request):
        if request.indices[0]:
            raise LookupError("no more paint")

    def dies(self, pictures, request):
        if request.indices[0]:
            os._exit(7)

    def leaves(self, pictures, request):
        os._exit(0)

    def strews(self, pictures, request):
        raise LookupError("no brush:\n\x1b[31mnone at all")

    def deep(self, pictures, request):
        os.write(1, b"from the depths")

    def decode(self, z, **given):
        print("half a line", end="")
        return z

    def latent_shape(self, size):
        return (3, *size)

    def gorges(self, pictures, request):
        raise MemoryError

    def slow(self, pictures, request):
        time.sleep(2.4)

    def writes(self, pictures, request):
        pictures.fill_(0)
        self.kept = pictures
