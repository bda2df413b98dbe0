"""How benchmarks name a model: as ``zoo generate`` does, with options behind colons."""

from __future__ import annotations

import re

_OPTIONS = re.compile(r"((?::\w+=[^:=]*)*)$")


def parse(text: str) -> tuple[str, dict[str, str]]:
    """``refine-lite:steps=4:guidance=1.5`` or ``local-dir:RUN``: the name, and its options."""
    found = _OPTIONS.search(text)
    assert found is not None  # it matches the empty end, too
    pairs = (pair.partition("=") for pair in found[1].split(":") if pair)
    return text[: found.start()], {key: value for key, _, value in pairs}
