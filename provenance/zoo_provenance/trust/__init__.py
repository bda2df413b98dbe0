"""Whose signatures and time-stamps are believed.

- ``anchors``: one certificate that is believed, and all of them together
- ``added``: the ones that were added by hand
- ``lists``: the lists that others keep, fetched when asked and stored with their date
- ``profiles``: which of all these count
"""

from __future__ import annotations

from .added import Added, add_anchors, remove_anchor
from .anchors import MAX_FILE, Anchor, InstalledList, Trust
from .lists import LISTS, install_list, remove_list, stored_list
from .profiles import DEFAULT_PROFILE, Profile, load_trust

__all__ = [
    "DEFAULT_PROFILE",
    "LISTS",
    "MAX_FILE",
    "Added",
    "Anchor",
    "InstalledList",
    "Profile",
    "Trust",
    "add_anchors",
    "install_list",
    "load_trust",
    "remove_anchor",
    "remove_list",
    "stored_list",
]
