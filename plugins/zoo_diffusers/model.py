"""A diffusers pipeline as a generator."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from zoo.errors import MissingExtraError, PluginError, UsageError
from zoo.generator import Step
from zoo.request import Request
from zoo.safetensor import VerifiedFile
from zoo.scaling import scale

from .interface import begins_with_picture, parameters
from .library import load_pipeline, quiet, versions
from .noise import RequestNoise
from .schedulers import other_scheduler

_OFFLOAD = "cpu_offload"


class Pipeline:
    """Pictures of a request: its words, its picture where there is one, its noise."""

    def __init__(self, pipe: Any, device: torch.device) -> None:
        self.pipe = pipe
        self.device = device
        self.versions = versions()
        self._scheduler = getattr(pipe, "scheduler", None)
        self._placed: bool | None = None
        """None before the first call, then whether its parts go to the device one by one."""

    def generate(self, request: Request) -> Iterator[Step]:
        """One step: the pictures."""
        options = request.options
        self._place(offload=bool(options.get(_OFFLOAD)))
        with quiet():
            pipe = self._chosen(request)
            noise = RequestNoise(request)
            arguments = self._arguments(pipe, request)
            with noise:
                made = pipe(**arguments, generator=noise.generators, output_type="pt").images
        yield Step(_tensor(made))

    def _chosen(self, request: Request) -> Any:
        """The pipeline for words or for a picture, with a solver that has done nothing yet."""
        pipe = self.pipe
        picture = begins_with_picture(type(pipe))
        if request.images:
            if picture is not type(pipe):
                from diffusers import AutoPipelineForImage2Image

                pipe = AutoPipelineForImage2Image.from_pipe(pipe)
                pipe.set_progress_bar_config(disable=True)
        elif picture is type(pipe):
            raise UsageError(f"a {type(pipe).__name__} begins with a picture: give one (--image)")
        if getattr(pipe, "watermark", None) is not None:
            pipe.watermark = None  # SDXL's own, which depends on what else is installed
        if self._scheduler is not None:
            pipe.scheduler = other_scheduler(self._scheduler, request.options.get("scheduler", ""))
        return pipe

    def _arguments(self, pipe: Any, request: Request) -> dict[str, Any]:
        options, takes = request.options, parameters(type(pipe))
        count, (height, width) = len(request), request.size
        words = None if request.prompt is None else [request.prompt] * count
        negative = options.get("negative_prompt")
        offered = {
            "prompt": words,
            "negative_prompt": [negative] * count if negative else None,
            "num_inference_steps": options["steps"],
            "guidance_scale": options.get("guidance"),
            "height": height,
            "width": width,
        }
        if words is None:
            offered["batch_size"] = count
        if request.images:
            if options["steps"] * options["strength"] < 1:
                raise UsageError(
                    f"{options['steps']} steps at strength {options['strength']:g} are less than "
                    "one: give more of either"
                )
            offered["image"] = [Image.fromarray(scale(p, request.size)) for p in request.images]
            offered["strength"] = options["strength"]
        return {k: v for k, v in offered.items() if k in takes and v is not None}

    def _place(self, *, offload: bool) -> None:
        """Put the parts on the device, once. Raises MissingExtraError."""
        offload = offload and self.device.type != "cpu"  # nothing to save there; a replay may be
        if self._placed == offload:
            return
        if offload:
            if importlib.util.find_spec("accelerate") is None:
                raise MissingExtraError(
                    "cpu_offload needs the package accelerate. In your clone of Zoo, run: "
                    "pip install -e '.[diffusers]'"
                )
            self.pipe.enable_model_cpu_offload(device=self.device)
        else:
            if self._placed:
                self.pipe.remove_all_hooks()
            self.pipe.to(self.device)
        self._placed = offload


def _tensor(made: Any) -> Tensor:
    """Pictures (B, 3, H, W) in [-1, 1] of what a pipeline answers: (B, C, H, W) as a tensor or
    (B, H, W, C) as an array, in [0, 1]."""
    if isinstance(made, np.ndarray):
        made = torch.from_numpy(made).permute(0, 3, 1, 2)
    if isinstance(made, list) and all(isinstance(one, Tensor) for one in made):
        made = torch.stack(made)
    if not isinstance(made, Tensor) or made.ndim != 4 or made.shape[1] not in (1, 3):
        raise PluginError(f"the pipeline answers with {type(made).__name__}, not with pictures")
    return made.expand(-1, 3, -1, -1).float() * 2 - 1


def build(files: tuple[VerifiedFile, ...], device: torch.device, dtype: torch.dtype) -> Pipeline:
    """The factory of the cards."""
    return Pipeline(load_pipeline(files, dtype), device)
