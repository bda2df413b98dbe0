"""The steps that a manifest itself names, and its date, in plain words.

C2PA Technical Specification 2.4, section 18.15 (actions), and the names of earlier versions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from .ancestry import actions_of

_WORDS = {
    "addedText": "text added",
    "adjustedColor": "colours adjusted",
    "color_adjustments": "colours adjusted",
    "converted": "converted",
    "created": "created",
    "cropped": "cropped",
    "deleted": "parts deleted",
    "drawing": "drawn on",
    "edited": "edited",
    "edited.metadata": "metadata edited",
    "enhanced": "enhanced",
    "filtered": "filtered",
    "opened": "opened",
    "orientation": "turned or mirrored",
    "placed": "another picture placed",
    "printed": "printed",
    "published": "published",
    "redacted": "statements redacted",
    "removed": "an ingredient removed",
    "repackaged": "repackaged",
    "resized": "resized",
    "resized.proportional": "resized",
    "saved": "saved",
    "transcoded": "transcoded",
    "watermarked": "watermarked",
    "watermarked.bound": "watermarked",
    "watermarked.unbound": "watermarked",
}
_NAMESPACE = "c2pa."


def steps_in_words(manifest: Mapping[str, Any]) -> str:
    """``opened, colours adjusted and 2 steps not known here``; empty where there are none. Names
    are a stranger's, so that unknown ones are only counted."""
    names = [str(action.get("action", "")) for action in actions_of(manifest)]
    known = [_known(name) for name in names]
    told = list(dict.fromkeys(word for word in known if word is not None))
    strange = known.count(None)
    if strange:
        told.append("1 step not known here" if strange == 1 else f"{strange} steps not known here")
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def date_of(manifest: Mapping[str, Any]) -> str | None:
    """The day on which a manifest says that it was signed or, where it does not, that the last of
    its steps was done: YYYY-MM-DD in UTC."""
    signature = manifest.get("signature_info")
    signed = _day(signature.get("time")) if isinstance(signature, dict) else None
    return signed or _last(action.get("when") for action in actions_of(manifest))


def _known(name: str) -> str | None:
    return _WORDS.get(name.removeprefix(_NAMESPACE)) if name.startswith(_NAMESPACE) else None


def _last(times: Iterable[object]) -> str | None:
    return max((day for day in map(_day, times) if day is not None), default=None)


def _day(text: object) -> str | None:
    try:
        found = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
        if found is not None and found.tzinfo is not None:
            found = found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return None if found is None else found.strftime("%Y-%m-%d")
