"""A plugin's examiner, held at the boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .boundary import contained
from .errors import PluginError
from .origin import with_origin

if TYPE_CHECKING:
    from zoo_provenance.evidence import Evidence, Examiner
    from zoo_provenance.subject import Subject


class ForeignExaminer:
    """Asks a plugin's examiner. Where that fails, the examination lists it as not examined."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self._who = with_origin(f"the examiner {examiner.name}", "zoo_examiners", examiner.name)
        self.name, self.kind = examiner.name, examiner.kind
        self.costly = getattr(examiner, "costly", False) is True

    def examine(self, subject: Subject) -> Evidence:
        """What the examiner says, or what it raises."""
        try:
            with contained(self._who):
                return self._examiner.examine(subject)
        except SystemExit as error:
            raise PluginError(f"{self._who} would have ended Zoo ({error})") from error
