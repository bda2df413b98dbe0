"""What one field of a file's metadata says of the picture's origin."""

from __future__ import annotations

from dataclasses import dataclass

from ..source import Origin
from ..text import clean
from .field import Field


@dataclass(frozen=True)
class Claim:
    """``means`` says in plain words whose field that is, or what it stands for."""

    field: Field
    says: Origin
    means: str

    def table(self) -> dict[str, str]:
        """As JSON; the value is one printable line of at most 200 characters."""
        return {
            "source": self.field.source,
            "field": clean(self.field.name, 64),
            "value": clean(self.field.text),
            "says": str(self.says),
            "means": self.means,
        }
