"""Which files of a repository make up its pipeline, and why one is refused.

Only what is chosen here is fetched, hashed and shown to the library: a pickle or a program beside
it is never opened.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Mapping
from typing import Any

from zoo.errors import WeightsError

from .importing import import_diffusers
from .repository import INDEX, Repository

_MOST_JSON = 2**26  # a tokenizer's vocabulary can have tens of megabytes
_SAFE = re.compile(r"(diffusion_pytorch_model|model)(-\d{5}-of-\d{5})?\.safetensors")
_SHARDS = re.compile(r"(diffusion_pytorch_model|model)\.safetensors\.index\.json")
_VARIANT = re.compile(r"(diffusion_pytorch_model|model)\.(\w+)(-\d{5}-of-\d{5})?\.safetensors")
_WEIGHTS = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".msgpack", ".h5", ".onnx")
_PLAIN = (".json", ".txt", ".model")
LIBRARIES = ("diffusers", "transformers")

Component = tuple[str, str]
"""A library and a class of it."""


def read_json(repository: Repository, name: str) -> dict[str, Any]:
    """A JSON file of a repository. Raises WeightsError."""
    path = repository.path(name)
    try:
        if path.stat().st_size > _MOST_JSON:
            raise ValueError(f"it has more than {_MOST_JSON} bytes")
        table = json.loads(path.read_text("utf-8"))
        if not isinstance(table, dict):
            raise TypeError("it holds no table")
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise WeightsError(f"{name} of {repository.id} cannot be read: {error}") from error
    return table


def components(repository: Repository, index: Mapping[str, Any]) -> dict[str, Component]:
    """The parts of a pipeline by name. Raises WeightsError where one would need code of its own."""
    found = {}
    for name, value in index.items():
        if name.startswith("_") or not isinstance(value, list) or value[:1] == [None]:
            continue
        if len(value) != 2 or not all(isinstance(part, str) for part in value):
            raise WeightsError(f"{INDEX} of {repository.id} does not say what {name!r} is: {value}")
        if not re.fullmatch(r"[A-Za-z]\w*", name) or not _is_library(value[0]):
            raise _own_code(repository, name, value[0])
        _check_class(repository, name, value[0], value[1])
        found[name] = (value[0], value[1])
    return found


def _is_library(name: str) -> bool:
    """Whether a part comes from one of the libraries, or from a pipeline of diffusers."""
    if name in LIBRARIES:
        return True
    import_diffusers()
    word = re.fullmatch(r"[a-z]\w*", name) is not None
    return word and importlib.util.find_spec(f"diffusers.pipelines.{name}") is not None


def _check_class(repository: Repository, part: str, library: str, name: str) -> None:
    import_diffusers()
    module = library if library in LIBRARIES else f"diffusers.pipelines.{library}"
    try:
        found = getattr(importlib.import_module(module), name, None)
    except (ImportError, RuntimeError):  # the library's own way to say that it lacks something
        found = None
    home = getattr(found, "__module__", "").partition(".")[0]
    if (
        not isinstance(found, type)
        or home not in LIBRARIES
        or not hasattr(found, "from_pretrained")
    ):
        raise WeightsError(
            f"{repository.id} wants {name!r} of {module} as its {part!r}, which is no part that "
            "the installed version has; perhaps another version has"
        )


def choose(repository: Repository, names: set[str], parts: Mapping[str, Component]) -> list[str]:
    """The names of the files that the pipeline is loaded from.

    Raises WeightsError where a part has its weights in other formats than safetensors alone, or
    code of its own.
    """
    chosen = {INDEX}
    for part, (library, _) in parts.items():
        if f"{part}/{library}.py" in names or f"{library}.py" in names:
            raise _own_code(repository, part, library)
        prefix = f"{part}/" if any(name.startswith(f"{part}/") for name in names) else ""
        direct = {n.removeprefix(prefix) for n in names if n.startswith(prefix)}
        inside = {name for name in direct if "/" not in name}
        chosen |= {prefix + name for name in _of_part(repository, part, inside, prefix)}
    for name in sorted(chosen):
        if name.endswith("config.json") and "auto_map" in read_json(repository, name):
            raise WeightsError(
                f"{repository.id} was refused: {name} asks for code of its own (auto_map), and Zoo "
                "runs none"
            )
    return sorted(chosen)


def _of_part(repository: Repository, part: str, inside: set[str], prefix: str) -> set[str]:
    safe = {name for name in inside if _SAFE.fullmatch(name)}
    whole = {name for name in safe if "-of-" not in name}
    if whole:
        safe = whole  # shards beside it are the same weights again
    elif safe:
        safe |= {name for name in inside if _SHARDS.fullmatch(name)}
    others = sorted(name for name in inside if name.endswith(_WEIGHTS))
    if not safe and "config.json" in inside:
        variants = sorted(n for n in inside if _VARIANT.fullmatch(n))
        if variants:
            why = f"its weights are there only as a variant ({prefix}{variants[0]})"
        elif others:
            why = f"its weights are there only as {prefix}{others[0]}, which Zoo never opens"
        else:
            why = f"its weights are missing ({prefix}*.safetensors)"
        raise WeightsError(
            f"{repository.id} was refused: of its part {part!r}, {why}. Zoo loads safetensors "
            "alone: look for a revision or a copy of the repository that has them"
        )
    plain = {n for n in inside if n.endswith(_PLAIN) and not n.endswith(".index.json")}
    return safe | (plain if prefix else plain & {"config.json", "scheduler_config.json"})


def _own_code(repository: Repository, part: str, library: str) -> WeightsError:
    return WeightsError(
        f"{repository.id} was refused: its part {part!r} comes from {library!r}, which is code of "
        f"its own and none of {', '.join(LIBRARIES)}; Zoo runs no code of a repository"
    )
