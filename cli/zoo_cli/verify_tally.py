"""What ``zoo verify`` counts on the way: what its exit code and its last notes tell."""

from __future__ import annotations

from zoo.verifying import Unread
from zoo_provenance.answer import Examination

from .output import note, printable
from .verify_report import shown


class Tally:
    """Of the answers so far. ``expected``: the verdict that each should have, if any."""

    def __init__(self, expected: str | None) -> None:
        self._expected = expected
        self.done = self.unread = self.differing = self.in_part = 0

    def add(self, answer: Examination | Unread) -> None:
        """Count one; one whose verdict is not the expected one is named at once."""
        self.done += 1
        if isinstance(answer, Unread):
            self.unread += 1
            return
        self.in_part += any(e.in_part for e in answer.evidence)
        found = answer.verdict.verdict
        if self._expected is not None and found != self._expected:
            self.differing += 1
            note(f"differs: {printable(shown(answer.path))}: {found}, not {self._expected}")

    def note_in_part(self, most: int) -> None:
        """Tell what a quick look left out, where nobody asked for one: beyond ``most`` files."""
        if not self.in_part:
            return
        others = self.done - self.in_part
        rest = f"; the other {others} needed no search, or could not be read" if others else ""
        note(
            f"{self.in_part} of {self.done} files were looked at quickly, as there are more than "
            f"{most}: in them, cropped, mirrored or turned copies of marked pictures were not "
            f"searched for (--thorough does){rest}"
        )

    @property
    def exit_code(self) -> int:
        """1 where a file could not be read, whatever the others are: it might have been any
        verdict. Else 3 where one is not the expected one."""
        if self.unread:
            return 1
        return 3 if self.differing else 0
