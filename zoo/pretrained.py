"""timm's pretrained networks by name, with weights from the Hub at one commit."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from torch import nn

from .errors import UnknownNameError, UsageError, WeightsError
from .hub.fetching import read_from_hub
from .timm_import import import_timm

FILE = "model.safetensors"
SMALLEST, LARGEST = 16, 2048


class Pretrained(NamedTuple):
    """A network without its classifier; ``commit`` of its weights on the Hub, 40 hex digits; how
    it wants its pictures: side in pixels, mean and deviation (3,) of values in [0, 1]."""

    network: nn.Module
    commit: str
    side: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


def load_pretrained(name: str) -> Pretrained:
    """``NAME[/SIDE][@REVISION]``: for pictures of SIDE pixels in place of the network's own size
    (many see small ones nearly as well in a tenth of the time), and with the weights of a branch,
    tag or commit of its repository on the Hub.

    Raises UnknownNameError for a name that timm has no pretrained weights for, UsageError where
    they are not on the Hub, WeightsError where they cannot be had or do not fit.
    """
    timm = import_timm()
    words, _, revision = name.partition("@")
    model, slash, size = words.partition("/")
    known = timm.list_pretrained()
    if model not in known:
        raise UnknownNameError("timm model", model, known)
    config: Any = timm.get_pretrained_cfg(model)
    if not config.hf_hub_id or config.custom_load:
        raise UsageError(f"timm:{model} has no safetensors on the Hub; take another model")
    file = config.hf_hub_filename or FILE
    if not file.endswith(".safetensors"):
        raise UsageError(f"timm:{model} has only {file} on the Hub; Zoo loads safetensors")
    side = _side(name, size) if slash else int(config.input_size[-1])
    found = read_from_hub(config.hf_hub_id, file, revision or "main")
    try:
        # All weights of the file must fit, the classifier's too, before that is taken off.
        network: nn.Module = timm.create_model(
            model,
            pretrained=True,
            pretrained_cfg_overlay={"state_dict": found.file.tensors()},
            **({"img_size": side} if slash and config.fixed_input_size else {}),
        )
    except (RuntimeError, KeyError, ValueError, AssertionError) as error:
        raise WeightsError(
            f"{file} of {config.hf_hub_id}@{found.commit} does not fit timm's {model}: {error}"
        ) from error
    cast("Any", network).reset_classifier(0)
    return Pretrained(network, found.commit, side, tuple(config.mean), tuple(config.std))


def _side(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and SMALLEST <= int(text) <= LARGEST):
        raise UsageError(
            f"timm:{name}: expected a side from {SMALLEST} to {LARGEST} pixels behind the slash"
        )
    return int(text)
