"""``--report DIR``: pages about evaluations and comparisons, for people, with plots and sheets.

- ``writing``: from results to a folder; ``folder``: which may be written, and what is left of a
  run that was broken off
- ``groups``: sets that may stand beside each other; ``words``: a sentence for each score;
  ``scale``: where its marks lie; ``comparing``: what a page about several models says of them
- ``plots``: SVG, by matplotlib; ``sheets``, ``pairs``: pictures, sealed as what they are
"""

from __future__ import annotations

from .folder import check_folder
from .writing import write_comparison, write_evaluations

__all__ = ["check_folder", "write_comparison", "write_evaluations"]
