"""Sets of pictures to evaluate, and what an extractor sees in them.

- ``picture_set``: what every set offers
- ``opening``: from a word of the command line to a set
- ``model_set``, ``folder_set``, ``pack_set``: where pictures come from
- ``seeing``: features, labels and spectra of a set, by way of the cache
"""

from __future__ import annotations

from .opening import open_set
from .picture_set import PictureSet
from .seeing import seen

__all__ = ["PictureSet", "open_set", "seen"]
