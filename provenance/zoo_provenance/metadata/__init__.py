"""The text that a picture's file carries about it, whatever the container.

Nothing is decoded but what is asked for, no checksum is tested (a damaged statement is a statement
still), and every walk is bounded.
"""

from __future__ import annotations

from .claim import Claim
from .claims import claims_of
from .field import Field, Fields
from .reading import read_fields

__all__ = ["Claim", "Field", "Fields", "claims_of", "read_fields"]
