"""What generators write of their settings: prompt, seed, steps, or the whole graph.

A field of a generator's name counts only where it reads as that generator writes it: many programs
call a text "parameters", "prompt" or "workflow".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..source import Origin
from .claim import Claim
from .field import Field
from .json_text import as_mapping

_COMMENTS = frozenset(
    {("exif", "UserComment"), ("xmp", "exif:UserComment"), ("exif", "ImageDescription")}
)

# AUTOMATIC1111/stable-diffusion-webui, modules/processing.py create_infotext: a last line of pairs.
_STEPS = re.compile(r"(?:^|\n)Steps: \d{1,5}, [^\n]{0,200}?(?:Sampler: \S|Seed: -?\d)")
# invoke-ai/InvokeAI 1 and 2: the prompt in quotes and the switches of its command line.
_SWITCHES = (re.compile(r" -s ?\d"), re.compile(r" -S ?\d"), re.compile(r" -W ?\d"))
_JOB = re.compile(r"Job ID: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_GRAPHS = ("prompt:", "workflow:")


def settings(field: Field) -> Claim | None:
    """The claim of a field that holds a generator's settings."""
    if field.source == "png-text":
        rule = _OF_PNG.get(field.name)
        means = rule(field.text) if rule else None
    elif (field.source, field.name) in _COMMENTS:
        means = _parameters(field.text) or _graph(field.text)
    elif field.source == "exif" and field.name in ("Make", "Model"):
        means = _graph(field.text) if field.text.startswith(_GRAPHS) else None
    elif field.source in ("jpeg", "gif") and field.name == "comment":
        means = _parameters(field.text)
    else:
        means = None
    return Claim(field, Origin.AI, means) if means else None


def _parameters(text: str) -> str | None:
    """Of Stable Diffusion web UIs and those that write as they do; Fooocus, SwarmUI."""
    if _STEPS.search(text):
        return "settings of a Stable Diffusion web UI"
    table = as_mapping(text)
    if table is None:
        return None
    if isinstance(table.get("sui_image_params"), dict):
        return "settings of SwarmUI"
    if "base_model" in table and "full_prompt" in table:
        return "settings of Fooocus"
    return None


def _graph(text: str) -> str | None:
    """Of ComfyUI: the graph that was run, or the editor's; in WebP behind its own name."""
    for name in _GRAPHS:
        text = text.removeprefix(name)
    table = as_mapping(text)
    if table is None:
        return None
    if _is_run(table) or _is_edited(table):
        return "a graph of ComfyUI"
    return None


def _is_run(table: Mapping[str, Any]) -> bool:
    return any(
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
        for node in table.values()
    )


def _is_edited(table: Mapping[str, Any]) -> bool:
    nodes = table.get("nodes")
    return (
        isinstance(table.get("links"), list)
        and isinstance(nodes, list)
        and any(isinstance(n, dict) and isinstance(n.get("type"), str) for n in nodes)
    )


def _with_keys(means: str, *groups: tuple[str, ...]) -> Callable[[str], str | None]:
    """A rule for JSON with every key of one of the groups."""

    def rule(text: str) -> str | None:
        table = as_mapping(text)
        if table is None or not any(all(k in table for k in keys) for keys in groups):
            return None
        return means

    return rule


def _dream(text: str) -> str | None:
    quoted = text.startswith('"') and all(switch.search(text) for switch in _SWITCHES)
    return _INVOKE if quoted else None


def _job(text: str) -> str | None:
    return "a job of Midjourney" if _JOB.search(text) else None


def _scheme(text: str) -> str | None:
    return "settings of Fooocus" if text in ("fooocus", "a1111") else None


_INVOKE = "settings of InvokeAI"
_OF_PNG: dict[str, Callable[[str], str | None]] = {
    "parameters": _parameters,
    "prompt": _graph,
    "workflow": _graph,
    "fooocus_scheme": _scheme,
    "invokeai_metadata": _with_keys(
        _INVOKE, ("generation_mode",), ("positive_prompt", "seed"), ("app_version", "model")
    ),
    "invokeai_graph": _with_keys(_INVOKE, ("nodes", "edges")),
    "sd-metadata": _with_keys(_INVOKE, ("model", "image"), ("app_id", "image")),
    "Dream": _dream,
    "Comment": _with_keys("settings of NovelAI", ("prompt", "steps", "sampler", "seed", "uc")),
    "generation_data": _with_keys(
        "settings of Tensor.Art", ("prompt", "seed", "steps"), ("prompt", "models")
    ),
    "Description": _job,
}
