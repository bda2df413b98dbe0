"""The index: pictures that somebody has seen, so that a copy or a part of one is known again.

It is the user's own and says nothing on where a picture came from; the ledger is what this
installation issued. A folder holds it: a database, and files beside it that are searched where
they lie and can be made again from the database.
"""

from __future__ import annotations

from .entry import Entry
from .store import PictureIndex, index_folder, open_index

__all__ = ["Entry", "PictureIndex", "index_folder", "open_index"]
