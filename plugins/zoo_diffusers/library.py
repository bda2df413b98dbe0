"""The library, with care: it sees the files that were verified, and it is quiet."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from zoo.errors import PluginError, WeightsError
from zoo.placed import unchanged
from zoo.safetensor import VerifiedFile

from .importing import PACKAGES, import_diffusers
from .repository import INDEX


def load_pipeline(files: tuple[VerifiedFile, ...], dtype: torch.dtype) -> Any:
    """The pipeline of verified files, on the CPU. Raises WeightsError where they do not fit it."""
    diffusers = import_diffusers()
    with _view(files) as folder, quiet():
        index = diffusers.DiffusionPipeline.load_config(str(folder))
        cls = getattr(diffusers, index["_class_name"])
        try:
            pipe = cls.from_pretrained(
                str(folder),
                **{_dtype_argument(diffusers.__version__): dtype},
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
            )
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
            raise WeightsError(
                f"diffusers {diffusers.__version__} cannot load it: {type(error).__name__}: {error}"
            ) from error
    unchanged(files)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def versions() -> dict[str, str]:
    """Of the packages that have a part in the pixels."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """No advice and no progress bars of the libraries meanwhile; errors are still raised."""
    import_diffusers()
    import diffusers.utils.logging as ours
    import transformers.utils.logging as theirs

    before = ours.get_verbosity(), theirs.get_verbosity()
    bars = ours.is_progress_bar_enabled(), theirs.is_progress_bar_enabled()
    for one in (ours, theirs):
        one.set_verbosity_error()
        one.disable_progress_bar()
    try:
        yield
    finally:
        for one, verbosity, bar in zip((ours, theirs), before, bars, strict=True):
            one.set_verbosity(verbosity)
            if bar:
                one.enable_progress_bar()


@contextmanager
def _view(files: tuple[VerifiedFile, ...]) -> Iterator[Path]:
    """A folder with the verified files and nothing else, as links where the system has them."""
    paths = [Path(file.name) for file in files]
    root = next((path.parent for path in paths if path.name == INDEX), None)
    if root is None or not all(path.is_relative_to(root) for path in paths):
        raise PluginError("the files of a pipeline must lie in one folder")
    with tempfile.TemporaryDirectory(prefix="zoo-diffusers-", ignore_cleanup_errors=True) as name:
        for path in paths:
            place = Path(name) / path.relative_to(root)
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.symlink_to(path.absolute())
            except OSError:  # Windows, without the right to make links
                try:
                    os.link(path.resolve(), place)
                except OSError:
                    shutil.copyfile(path, place)
        yield Path(name)


def _dtype_argument(version: str) -> str:
    """The name of from_pretrained's argument, which changed."""
    return "dtype" if tuple(map(int, version.split(".")[:2])) >= (0, 42) else "torch_dtype"
