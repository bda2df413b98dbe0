"""What a pipeline takes, read off the signature of its class: abilities, options and sizes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

from zoo.card import Can
from zoo.errors import UsageError, WeightsError
from zoo.option import Option

from .choosing import Component
from .importing import import_diffusers
from .repository import INDEX, Repository

_GIVEN = {"self", "prompt", "image"}
_MASKS = {"mask_image", "control_image", "controlnet_conditioning_scale", "num_frames"}
_LARGEST = 4096


class Interface(NamedTuple):
    """What the card of a pipeline says; as in :class:`zoo.card.Card`."""

    can: frozenset[Can]
    options: tuple[Option, ...]
    size: tuple[int, int]
    size_step: int


def pipeline_class(repository: Repository, index: Mapping[str, Any], names: set[str]) -> type:
    """The class of the library that a repository names.

    Raises WeightsError where it is none of the library's, but code of the repository's own.
    """
    diffusers = import_diffusers()
    name = index.get("_class_name")
    cls = getattr(diffusers, name, None) if isinstance(name, str) else None
    if isinstance(cls, type) and issubclass(cls, diffusers.DiffusionPipeline):
        return cls
    own = [n for n in names if n.endswith(".py") and "/" not in n]
    if not isinstance(name, str) or own:
        raise WeightsError(
            f"{repository.id} was refused: its pipeline {name!r} is code of its own"
            f"{' (' + own[0] + ')' if own else ''}; Zoo runs no code of a repository"
        )
    raise WeightsError(
        f"{repository.id} wants the pipeline {name!r} ({INDEX}), which diffusers "
        f"{diffusers.__version__} does not have; perhaps another version has"
    )


def begins_with_picture(cls: type) -> type | None:
    """The pipeline that begins with a picture and has the same parts: the class itself, or what the
    library pairs with it; None where there is none."""
    from diffusers.pipelines import auto_pipeline

    if {"image", "strength"} <= parameters(cls).keys():
        return cls
    texts = auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING
    pictures = auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING
    for key, text in texts.items():
        if text is cls and key in pictures:
            paired: type = pictures[key]
            return paired if {"image", "strength"} <= parameters(paired).keys() else None
    return None


def parameters(cls: type) -> Mapping[str, inspect.Parameter]:
    """The arguments of a pipeline's call, by name."""
    return inspect.signature(cls.__call__).parameters


def describe_class(
    cls: type,
    repository: Repository,
    parts: Mapping[str, Component],
    configurations: Mapping[str, Mapping[str, Any]],
) -> Interface:
    """Raises UsageError where the pipeline needs what Zoo cannot give it."""
    takes = parameters(cls)
    fixed = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = {n for n, p in takes.items() if p.default is p.empty and p.kind not in fixed}
    unknown = sorted((needed - _GIVEN) | (takes.keys() & _MASKS))
    if unknown or not {"num_inference_steps", "generator"} <= takes.keys():
        raise UsageError(
            f"{repository.id} is a {cls.__name__}, which takes {', '.join(unknown) or 'no steps'}; "
            "Zoo can give words, a picture, or nothing but noise"
        )
    picture = begins_with_picture(cls)
    can = {Can.PROMPT} if "prompt" in takes else set()
    can |= {Can.IMAGE_INPUT} if picture else set()
    size, step = _sizes(takes, configurations)
    return Interface(frozenset(can), tuple(_options(takes, parts, picture)), size, step)


def _options(
    takes: Mapping[str, inspect.Parameter], parts: Mapping[str, Component], picture: type | None
) -> list[Option]:
    found = [
        Option(
            "steps", "int", _number(takes, "num_inference_steps", 50), "of refinement", (1, 1000)
        )
    ]
    if "guidance_scale" in takes:
        how = "how strongly the words lead; what is right depends on the model"
        guidance = float(_number(takes, "guidance_scale", 5.0))
        found.append(Option("guidance", "float", guidance, how, (0.0, 100.0)))
    if "negative_prompt" in takes:
        found.append(Option("negative_prompt", "str", "", "what not to draw"))
    if picture is not None:
        strength = float(_number(parameters(picture), "strength", 0.8))
        how = "how much of a given picture is drawn anew"
        found.append(Option("strength", "float", strength, how, (0.0, 1.0)))
    if "scheduler" in parts:
        how = "another solver by its name in diffusers, such as EulerAncestralDiscrete"
        found.append(Option("scheduler", "str", "", how))
    how = "keep on the GPU only the part that works; slower, in less memory"
    return [*found, Option("cpu_offload", "bool", False, how)]


def _number(takes: Mapping[str, inspect.Parameter], name: str, otherwise: Any) -> Any:
    default = takes[name].default
    return default if type(default) in (int, float) else otherwise


def _sizes(
    takes: Mapping[str, inspect.Parameter], configurations: Mapping[str, Mapping[str, Any]]
) -> tuple[tuple[int, int], int]:
    """The native (height, width), and of which multiple others are made; 0 for none."""
    cells = next((configurations[n] for n in ("unet", "transformer") if n in configurations), {})
    coder = next((configurations[n] for n in ("vae", "vqvae", "movq") if n in configurations), {})
    blocks = coder.get("block_out_channels") or coder.get("encoder_block_out_channels") or [0]
    scale = 2 ** (len(blocks) - 1)
    sample = cells.get("sample_size") or (128 if "transformer" in configurations else 64)
    height, width = sample if isinstance(sample, list) else (sample, sample)
    size = (int(height) * scale, int(width) * scale)
    if not all(8 <= side <= _LARGEST for side in size):
        raise WeightsError(f"the pipeline's own size is {size[1]} x {size[0]}, which is none")
    any_size = {"height", "width"} <= takes.keys()
    step = max(16 if "transformer" in configurations else 8, scale)
    return size, step if any_size else 0
