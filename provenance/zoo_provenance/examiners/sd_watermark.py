"""The examiner of the watermarks that Stable Diffusion and FLUX write into pixels."""

from __future__ import annotations

import numpy as np

from ..errors import PictureError
from ..evidence import NOT_SEARCHED, Evidence, Finding, Kind
from ..sd_watermark import MIN_SIDE, Match, UnavailableError, find, is_installed
from ..source import Origin
from ..subject import Subject
from ..text import clean

_INSTALL = "pip install -e '.[sd-watermark]'"

_MAX_PIXELS = 1 << 24


class SdWatermarkExaminer:
    """Messages that everybody knows, read with the invisible-watermark package: a claim."""

    name = "sd-watermark"
    kind = Kind.CLAIM
    costly = True

    def examine(self, subject: Subject) -> Evidence:
        if not is_installed():
            text = f"What reads it is not installed here ({_INSTALL})."
            return self._without("not-installed", Finding.NOT_EXAMINED, text)
        if not subject.thorough:
            text = "Reading it takes a second; --thorough does."
            return self._without(NOT_SEARCHED, Finding.NOT_EXAMINED, text)
        try:
            picture = subject.picture()
        except PictureError as error:
            return self._without("unreadable", Finding.NOT_EXAMINED, str(error))
        if picture.width * picture.height > _MAX_PIXELS:
            text = "It is not looked for beyond 16 megapixels: no generator draws so large."
            return self._without("too-large", Finding.NOT_EXAMINED, text)
        if min(picture.size) < MIN_SIDE:
            text = "Too small for the watermark of Stable Diffusion or FLUX."
            return self._without("too-small", Finding.NOTHING, text)
        try:
            match = find(np.asarray(picture))
        except UnavailableError as error:
            text = f"invisible-watermark cannot be used: {clean(error)} ({_INSTALL})."
            return self._without("not-installed", Finding.NOT_EXAMINED, text)
        if match is None:
            text = "None of Stable Diffusion or FLUX was found; saving as JPEG destroys it."
            return self._without("absent", Finding.NOTHING, text)
        return self._found(match)

    def _found(self, match: Match) -> Evidence:
        return Evidence(
            self.name,
            self.kind,
            "found",
            Finding.SAYS,
            Origin.AI,
            summary=(
                f"The pixels carry the watermark of {match.name}: {match.agreeing} of "
                f"{match.bits} bits agree. Its message is public, so that anybody can write it."
            ),
            details={
                "message": match.name,
                "agreeing": match.agreeing,
                "bits": match.bits,
                "false_positive_rate": match.rate,
            },
        )

    def _without(self, state: str, finding: Finding, summary: str) -> Evidence:
        return Evidence(self.name, self.kind, state, finding, summary=summary)
