"""Sealing what somebody's own pipeline makes: with their adapters, control nets and solvers."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.errors import UsageError
from zoo_provenance.record import Record
from zoo_provenance.source import SourceType

if TYPE_CHECKING:
    from PIL import Image
    from torch import nn

    from zoo_provenance.sealing import Sealed

_SCALARS = (str, int, float, bool)
_INPUTS = ("image", "control_image", "mask_image", "ip_adapter_image")
Out = str | os.PathLike[str]


def sealed(pipe: Any) -> SealedPipeline:
    """Wrap a diffusers pipeline so that every picture that it makes is sealed."""
    return SealedPipeline(pipe)


class SealedPipeline:
    """Called as the ``pipe`` itself, and with the paths to write to; ``last`` says what was sealed
    by the last call."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.last: list[Sealed] = []
        self._known: dict[str, tuple[Any, str, bool]] = {}

    def __call__(
        self,
        *args: Any,
        out: Out | Sequence[Out],
        overwrite: bool = False,
        licence: str | None = None,
        no_training: bool = False,
        visible_label: str | None = None,
        sign_prompt: bool = False,
        **kwargs: Any,
    ) -> list[Image.Image]:
        """Call the pipeline, seal each picture to a path of ``out``, and return the pictures.

        One path for several pictures, ``pear.png``, means ``pear-0.png``, ``pear-1.png`` and so on.
        The rest is as for :func:`zoo_provenance.seal`. The prompt stays in the ledger unless
        ``sign_prompt``. Raises UsageError where the paths do not suit the pictures, and what
        sealing raises.
        """
        from zoo_provenance.sealing import seal

        if kwargs.get("output_type", "pil") != "pil" or kwargs.get("return_dict") is False:
            raise UsageError("a sealed pipeline returns PIL pictures: leave out output_type")
        pictures = list(self.pipe(*args, **kwargs).images)
        paths = _paths(out, len(pictures))
        given = _named(self.pipe, args, kwargs)
        edited = any(given.get(name) is not None for name in _INPUTS)
        made = SourceType.TRAINED_ALGORITHMIC_MEDIA
        source = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA if edited else made
        record = self.record(given)
        words = _words(given.get("prompt"), len(pictures))
        self.last = []
        for picture, path, prompt in zip(pictures, paths, words, strict=True):
            self.last.append(
                seal(
                    picture, dataclasses.replace(record, prompt=prompt), source=source, out=path,
                    overwrite=overwrite, licence=licence, no_training=no_training,
                    visible_label=visible_label, sign_prompt=sign_prompt,
                )
            )  # fmt: skip
        return pictures

    def record(self, given: dict[str, Any]) -> Record:
        """What is known of a call: the pipeline, its parts by sha256, and the plain arguments."""
        from .library import versions

        parts = {name: self._part(name, part) for name, part in _modules(self.pipe).items()}
        options: dict[str, Any] = {
            name: value
            for name, value in given.items()
            if isinstance(value, _SCALARS) and name != "prompt"
        }
        if scheduler := getattr(self.pipe, "scheduler", None):
            options["scheduler"] = type(scheduler).__name__
        options["parts"] = {
            name: {"class": type(_modules(self.pipe)[name]).__name__, "sha256": digest, "of": of}
            for name, (digest, of) in parts.items()
        }
        generators = given.get("generator")
        if generators is not None:
            many = generators if isinstance(generators, list) else [generators]
            options["generator_seeds"] = [generator.initial_seed() for generator in many]
        name, packages = type(self.pipe).__name__, _torch_version() | versions()
        return Record(
            name,
            "external",
            options=options,
            weights=tuple(digest for digest, _ in parts.values()),
            versions={name: packages["diffusers"], **packages},
        )

    def _part(self, name: str, part: nn.Module) -> tuple[str, str]:
        """The sha256 of a part's file where its numbers are exactly those, else of the numbers."""
        state = part.state_dict()
        key = [
            (n, t.data_ptr(), None if t.is_inference() else t._version) for n, t in state.items()
        ]
        known = self._known.get(name)
        if known is None or known[0] != key:
            path = _file_of(part)
            if path is not None and _holds(path, state):
                from zoo.placed import digest

                known = (key, digest(path), True)
            else:
                known = (key, state_digest(state), False)
            self._known[name] = known
        return known[1], "file" if known[2] else "state"


def state_digest(state: dict[str, Any]) -> str:
    """sha256 over the names, types, shapes and bytes of tensors, sorted by name."""
    import torch

    whole = hashlib.sha256()
    for name in sorted(state):
        tensor = state[name].detach().cpu().contiguous()
        whole.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\0".encode())
        whole.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return whole.hexdigest()


def _holds(path: Path, state: dict[str, Any]) -> bool:
    """Whether a safetensors file has exactly these tensors."""
    import torch
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            if set(file.keys()) != set(state):
                return False
            return all(
                (found := file.get_tensor(name)).dtype == mine.dtype
                and torch.equal(found, mine.detach().cpu())
                for name, mine in state.items()
            )
    except (OSError, SafetensorError):
        return False


def _file_of(part: nn.Module) -> Path | None:
    """The one file that a part says it was loaded from, where it is on this machine."""
    config = getattr(part, "config", None)
    place = getattr(config, "_name_or_path", None) or getattr(part, "name_or_path", None)
    for name in ("diffusion_pytorch_model.safetensors", "model.safetensors"):
        if place and (path := Path(str(place)) / name).is_file():
            return path
    return None


def _modules(pipe: Any) -> dict[str, Any]:
    from torch import nn

    return {n: part for n, part in pipe.components.items() if isinstance(part, nn.Module)}


def _named(pipe: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    import inspect

    bound = inspect.signature(type(pipe).__call__).bind_partial(pipe, *args, **kwargs)
    return {name: value for name, value in bound.arguments.items() if name != "self"}


def _words(prompt: Any, count: int) -> list[str | None]:
    """The prompt of each picture: a list has one for each run of as many pictures."""
    if isinstance(prompt, list | tuple) and prompt and count % len(prompt) == 0:
        each = count // len(prompt)
        return [str(word) for word in prompt for _ in range(each)]
    return [prompt if isinstance(prompt, str) else None] * count


def _paths(out: Out | Sequence[Out], count: int) -> list[Path]:
    if isinstance(out, str | os.PathLike):
        path = Path(out)
        if count == 1:
            return [path]
        return [path.with_name(f"{path.stem}-{i}{path.suffix}") for i in range(count)]
    if len(out) != count:
        raise UsageError(f"the pipeline made {count} pictures, but there are {len(out)} paths")
    return [Path(one) for one in out]


def _torch_version() -> dict[str, str]:
    import torch

    return {"torch": torch.__version__}
