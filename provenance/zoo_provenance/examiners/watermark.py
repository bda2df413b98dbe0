"""The examiner of the invisible watermark: a mark's id leads to the ledger's row and manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import IdentityError, PictureError
from ..evidence import NOT_SEARCHED, Evidence, Finding, Kind
from ..ledger import Row, State, format_id
from ..marks import Mark, read_mark
from ..source import origin_of
from ..subject import Subject
from .ledger import record_of, row_details
from .recovered import recovered_manifest

if TYPE_CHECKING:
    from ..recovery import Resemblance
    from ..watermark import Reading


class WatermarkExaminer:
    """Marks under this installation's own key, where it has one, and under the public key. Whoever
    has a marked picture can copy its mark, so it proves nothing before its row in the ledger agrees
    with the picture."""

    name = "watermark"
    kind = Kind.LEDGER

    def examine(self, subject: Subject) -> Evidence:
        try:
            pixels = np.asarray(subject.picture())
        except PictureError as error:
            return self._without("unreadable", Finding.NOT_EXAMINED, str(error))
        try:
            mark = read_mark(pixels, search=subject.thorough)
        except IdentityError as error:
            text = f"No watermark under the public key was found, and {error}."
            return self._without("unreadable", Finding.NOT_EXAMINED, text)
        if mark is not None:
            return _resolve(subject, pixels, mark)
        if subject.thorough:
            return self._without("absent", Finding.NOTHING, "No watermark of Zoo's was found.")
        text = (
            "No watermark of Zoo's was found in the picture as it is; crops, borders, mirrored and "
            "turned pictures were not searched for (--thorough does)."
        )
        return self._without(NOT_SEARCHED, Finding.NOTHING, text)

    def _without(self, state: str, finding: Finding, summary: str) -> Evidence:
        return Evidence(self.name, self.kind, state, finding, summary=summary)


def _resolve(subject: Subject, pixels: NDArray[np.uint8], mark: Mark) -> Evidence:
    reading = mark.reading
    if subject.ledger is None:
        return _claimed(mark, "cannot be looked up: no ledger is here")
    row = subject.ledger.by_id(reading.payload)
    if row is None or row.state is State.RESERVED:
        return _claimed(mark, "is not in the ledger here")
    manifest = recovered_manifest(row, mark.binding, subject.trust)
    if manifest.get("names_the_mark") is False:
        # By chance, or forged: the picture with this id went out without such a mark.
        return _claimed(mark, "is here that of a picture without this mark")
    found = _compared(pixels, reading, row)
    details = {
        **row_details(row),
        **_details(mark),
        "residual": found.residual,
        "covered": found.covered,
        "manifest": manifest,
    }
    state, finding, summary = _weighed(row, reading, found)
    origin = origin_of(row.source_type)
    name, kind = WatermarkExaminer.name, WatermarkExaminer.kind
    return Evidence(name, kind, state, finding, origin, summary=summary, details=details)


def _compared(pixels: NDArray[np.uint8], reading: Reading, row: Row) -> Resemblance:
    from ..fingerprint import THUMBNAIL_SIDE
    from ..recovery import Resemblance, resemblance

    if len(row.thumbnail) != THUMBNAIL_SIDE**2:
        return Resemblance(None, 0.0)  # anybody may have written to the ledger
    record = record_of(row)
    size = None if record is None else record.size
    return resemblance(pixels, reading.transform, row.thumbnail, size)


def _weighed(row: Row, reading: Reading, found: Resemblance) -> tuple[str, Finding, str]:
    number = format_id(row.id)
    issued = f"issued here on {row.created} (id {number})"
    if found.agrees:
        became = _became(reading, found.covered)
        text = (
            f"This is a changed copy of the picture {number} that was issued here on "
            f"{row.created}: it carries its watermark, and agrees with it{became}. Its manifest "
            "was recovered from the ledger by that watermark."
        )
        return "confirmed", Finding.CONFIRMED, text
    if found.agrees is None:
        text = (
            f"The picture carries the watermark of one that was {issued}; too little of it is "
            "left, or it has too little contrast, to compare the two, or its row is damaged."
        )
        return "candidate", Finding.CANDIDATE, text
    text = (
        f"The picture carries the watermark of one that was {issued}, but looks different: "
        "this mark may have been copied from another picture, or the picture was painted over."
    )
    return "disagrees", Finding.DISAGREES, text


def _claimed(mark: Mark, where: str) -> Evidence:
    whose = "this installation's key puts" if mark.own_key else "Zoo puts"
    number = format_id(mark.reading.payload)
    return Evidence(
        WatermarkExaminer.name,
        Kind.CLAIM,
        "unknown",
        Finding.SAYS,
        mark.origin,
        summary=(
            f"The picture carries a watermark that {whose} into {mark.into}; its id "
            f"{number} {where}. Anybody can copy such a mark."
        ),
        details={"id": number, **_details(mark)},
    )


def _details(mark: Mark) -> Mapping[str, Any]:
    pose = mark.reading.transform
    return {
        "own_key": mark.own_key,
        "false_positive_rate": mark.reading.false_positive_rate,
        "mirrored": pose.mirrored,
        "degrees": pose.degrees,
    }


def _became(reading: Reading, covered: float) -> str:
    pose = reading.transform
    told = [
        *(["mirrored"] if pose.mirrored else []),
        *([f"turned by {abs(pose.degrees):g} degrees"] if abs(pose.degrees) >= 0.5 else []),
        *(
            [f"cropped or partly covered ({covered:.0%} of it to be seen)"]
            if covered < 0.97
            else []
        ),
    ]
    return f", {', '.join(told)}" if told else ""
