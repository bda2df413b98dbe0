"""A stranger's plugin: a model of one colour that a word names, or a picture that it begins with,
and a scheme that finds such models by their colours (``worded:blue``)."""

from __future__ import annotations

import zoo
import zoo.errors

COLOURS = {"red": (0.9, -0.8, -0.8), "blue": (-0.8, -0.8, 0.9)}


def card(id: str, can: frozenset[zoo.Can]) -> zoo.Card:
    return zoo.Card(
        id=id,
        family="worded",
        summary="One colour",
        factory="zoo_worded:build",
        size=(64, 64),
        params=0,
        licence="CC0-1.0",
        trained_on="nothing",
        options=(zoo.Option("negative_prompt", "str", "", "what not to draw"),),
        can=can,
        size_step=16,
    )


@zoo.hookimpl
def zoo_models():
    return [card("worded.none", frozenset({zoo.Can.PROMPT, zoo.Can.IMAGE_INPUT}))]


@zoo.hookimpl
def zoo_schemes():
    known = (zoo.Known("worded:blue", "worded", "A blue one", "CC0-1.0"),)
    return [zoo.Scheme("worded", "models of one colour", "zoo_worded:find", known=known)]


def find(name: str, fetch: bool) -> zoo.Card:
    if name not in COLOURS:
        raise zoo.errors.UsageError(f"worded:{name}: expected one of {', '.join(COLOURS)}")
    if not fetch and name == "red":
        raise zoo.errors.WeightsError("worded:red is not here; this fetches it: paint red")
    return card(f"worded:{name}", frozenset({zoo.Can.PROMPT}))


def build(files, device, dtype):
    return Colour()


class Colour:
    def generate(self, request):
        import torch

        height, width = request.size
        if request.images:
            pictures = [torch.from_numpy(p.copy()).float() / 127.5 - 1 for p in request.images]
            mean = torch.stack([p.mean((0, 1)) for p in pictures])
        else:
            mean = torch.tensor([COLOURS[request.prompt]] * len(request))
        flat = mean[:, :, None, None].expand(-1, -1, height, width)
        grain = request.noise_batch("grain", (1, height // 16, width // 16)).clamp(-2, 2) / 8
        yield zoo.Step(
            (flat + grain.repeat_interleave(16, 2).repeat_interleave(16, 3)).clamp(-1, 1)
        )
