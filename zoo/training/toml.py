"""Writing a recipe as TOML (https://toml.io/en/v1.0.0); the standard library only reads it."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from typing import Any

from .recipe import Recipe

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_recipe(recipe: Recipe) -> str:
    """The recipe as a TOML text with all its fields; reading it gives the same recipe."""
    train = dataclasses.asdict(recipe)
    trainer, model = train.pop("trainer"), train.pop("model")
    lines = [f"trainer = {_value(trainer)}"]
    for title, table in (("model", model), ("train", train)):
        lines += ["", f"[{title}]", *(f"{_key(k)} = {_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, datetime.date | datetime.time):  # a datetime is a date
        return value.isoformat()
    return repr(value)  # int and float


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
