"""Reading a watermark under every key that is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .errors import IdentityError
from .ledger.ids import origin_told
from .softbinding import SoftBinding
from .source import Origin

if TYPE_CHECKING:
    from .watermark import Reading


@dataclass(frozen=True)
class Mark:
    """What was read, and whether under this installation's own key."""

    reading: Reading
    own_key: bool

    @property
    def origin(self) -> Origin:
        """What the mark alone says of its picture."""
        return origin_told(self.reading.payload)

    @property
    def into(self) -> str:
        """Into what such a mark is put, in plain words."""
        wholly = self.origin is Origin.AI
        return "pictures by AI" if wholly else "pictures that AI had a part in"

    @property
    def binding(self) -> SoftBinding:
        """How the manifest of its picture names it."""
        return SoftBinding(self.reading.payload, self.own_key)


def read_mark(pixels: NDArray[np.uint8], *, search: bool) -> Mark | None:
    """The mark of pixels (H, W, 3) under the own key or the public one. Quick looks come before
    searches.

    Raises IdentityError where the own key cannot be used, and there is no mark under the public
    one.
    """
    from .watermark import PUBLIC_KEY, read
    from .watermark_key import own_key

    unusable = own = None
    try:
        own = own_key()
    except IdentityError as error:
        unusable = error
    for thorough in (False, True) if search else (False,):
        for key in (PUBLIC_KEY,) if own is None else (own, PUBLIC_KEY):
            reading = read(pixels, key=key, search=thorough)
            if reading is not None:
                return Mark(reading, key is own)
    if unusable is not None:
        raise unusable
    return None
