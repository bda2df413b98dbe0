"""One page of HTML about a batch of examined pictures, for people who decide about them.

- ``page``: writing it, answer by answer
- ``article``: what the page says of one file; ``details``: of what a layer found
- ``words``: the page's own plain words
- ``rendering``: templates that escape everything; other pages of Zoo use it, too
"""

from __future__ import annotations

from .page import Report, write_report

__all__ = ["Report", "write_report"]
