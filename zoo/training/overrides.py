"""Changing a recipe: ``--set batch=32 --set model.width=96``."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from zoo.errors import UsageError, nearest

from .recipe import TRAIN, Recipe, check_value


def override(recipe: Recipe, settings: Iterable[str], model: Mapping[str, Any]) -> Recipe:
    """The recipe with ``KEY=VALUE`` settings applied, the last of a key winning.

    ``KEY`` is a field of ``[train]`` (``train.batch`` as well), or ``model.NAME``. ``model`` holds
    the names and types that the trainer's own recipe gives; those of ``recipe`` count, too. Raises
    UsageError for an unknown key (with near ones) and for a value of another type.
    """
    train: dict[str, Any] = {}
    known = {**model, **recipe.model}
    changed = dict(recipe.model)
    for setting in settings:
        key, equals, text = setting.partition("=")
        table, dot, name = key.strip().rpartition(".")
        if not equals or not name:
            raise UsageError(f"--set {setting}: expected KEY=VALUE, such as batch=32")
        if dot and table not in ("train", "model"):
            raise UsageError(f"--set {setting}: expected a key of [train], or model.NAME")
        if table == "model":
            changed[name] = check_value(name, _value(text), known, "[model]")
        else:
            _check_table(name, known)
            train[name] = check_value(name, _value(text), TRAIN, "[train]")
    return dataclasses.replace(recipe, model=changed, **train)


def differences(wanted: Recipe, found: Recipe) -> list[str]:
    """The fields in which two recipes differ, each as ``KEY: WANTED, not FOUND``."""
    one, two = _flat(wanted), _flat(found)
    keys = [*one, *(key for key in two if key not in one)]
    return [
        f"{key}: {one.get(key, 'nothing')}, not {two.get(key, 'nothing')}"
        for key in keys
        if one.get(key) != two.get(key)
    ]


def _flat(recipe: Recipe) -> dict[str, Any]:
    table = {f.name: getattr(recipe, f.name) for f in dataclasses.fields(recipe)}
    return {**{f"model.{k}": v for k, v in table.pop("model").items()}, **table}


def _check_table(name: str, model: Mapping[str, Any]) -> None:
    """A key of ``[model]`` that was given without its table."""
    if name not in TRAIN and name in model:
        raise UsageError(f"{name} belongs to the model: --set model.{name}=…")
    if name not in TRAIN and not nearest(name, TRAIN) and (near := nearest(name, model)):
        raise UsageError(f"unknown key {name!r}; did you mean model.{near[0]}?")


def _value(text: str) -> Any:
    """A value in TOML; a bare word is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()
