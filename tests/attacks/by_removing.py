"""Attacks that take marks away, so that nobody sees that AI made the picture."""

from __future__ import annotations

from attack import Attempt, attack
from lab import Lab, encoded, pixels_of
from PIL import Image
from surgery import saved_anew, without

ISSUED = "issued-here ai intact"
COPY = "issued-here ai changed"


@attack(COPY, honest=ISSUED, why="The ledger knows the picture by its mark and its looks.")
def stripped_manifest(lab: Lab) -> Attempt:
    """cuts the signed manifest out of one of our AI pictures."""
    return Attempt(lab.case(without(lab.sealed, b"caBX")), lab.case(lab.sealed))


@attack(
    "altered ai changed", honest=ISSUED, why="The label is covered by the signature: its loss shows"
)
def stripped_label(lab: Lab) -> Attempt:
    """cuts the readable AI label (XMP) out of one of our pictures, and leaves the manifest."""
    return Attempt(lab.case(without(lab.sealed, b"iTXt")), lab.case(lab.sealed))


@attack(COPY, honest=ISSUED, why="The watermark and the picture's looks outlive a JPEG.")
def stripped_and_recompressed(lab: Lab) -> Attempt:
    """saves one of our pictures as a JPEG of quality 75 with no metadata at all."""
    return Attempt(lab.case(saved_anew(lab.sealed, "JPEG")), lab.case(lab.sealed))


@attack(COPY, honest=ISSUED, why="The watermark is searched for in the screenshot, and found.")
def screenshot(lab: Lab) -> Attempt:
    """photographs the screen instead: our picture between bars, enlarged, as a JPEG."""
    screen = Image.new("RGB", (420, 400), (32, 34, 40))
    screen.paste(Image.fromarray(pixels_of(lab.sealed)).resize((358, 358)), (31, 30))
    hostile = lab.case(encoded(screen, "JPEG", quality=85), thorough=True)
    return Attempt(hostile, lab.case(lab.sealed))


@attack(COPY, honest=ISSUED, why="The mark is repeated all over the picture, and a part suffices.")
def cropped(lab: Lab) -> Attempt:
    """cuts a fifth off two sides, so that the picture's looks change, and drops the manifest."""
    hostile = lab.case(encoded(pixels_of(lab.sealed)[50:, :206]), thorough=True)
    return Attempt(hostile, lab.case(lab.sealed))


@attack(COPY, honest=ISSUED, why="What washes the mark out leaves the picture's looks, and those "
        "are in the ledger.")  # fmt: skip
def mark_washed_out(lab: Lab) -> Attempt:
    """scales one of our pictures down to 40 pixels and up again, which destroys the watermark."""
    small = Image.fromarray(pixels_of(lab.sealed)).resize((40, 40), Image.Resampling.BOX)
    return Attempt(lab.case(encoded(small.resize((256, 256)))), lab.case(lab.sealed))


@attack("claimed-ai ai unbound", honest="declared-ai ai intact", why="Who has no ledger still "
        "reads the watermark, which anybody could have written.")  # fmt: skip
def stripped_for_those_without_the_ledger(lab: Lab) -> Attempt:
    """strips one of our pictures and shows it to somebody who does not have our ledger."""
    hostile = lab.elsewhere(saved_anew(lab.sealed, "JPEG"))
    return Attempt(hostile, lab.elsewhere(lab.sealed))


@attack("no-evidence unknown unbound", honest="declared-ai ai intact", why="Nothing is left to "
        "read, and zoo verify says that this is no evidence of a photograph.")  # fmt: skip
def everything_removed(lab: Lab) -> Attempt:
    """strips a picture of another generator, which had a manifest and no watermark."""
    return Attempt(lab.case(saved_anew(lab.made)), lab.case(lab.made))
