"""The camera that a picture's EXIF data name: the examiner is registered here."""

from __future__ import annotations

import zoo
from zoo_provenance.evidence import Examiner

from .examiner import Camera


@zoo.hookimpl
def zoo_examiners() -> list[Examiner]:
    """The one examiner."""
    return [Camera()]
