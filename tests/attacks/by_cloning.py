"""Attacks that sign a known picture anew, to give it another past."""

from __future__ import annotations

from attack import Attempt, attack
from by_removing import COPY, ISSUED
from by_swapping import CAPTURED
from lab import MADE, TAKEN, Lab, created
from surgery import saved_anew


@attack(COPY, honest=ISSUED, why="A stranger's word that a camera took it weighs nothing against "
        "the ledger.")  # fmt: skip
def cloned_under_a_strangers_signature(lab: Lab) -> Attempt:
    """copies the pixels of one of our pictures, and signs them himself as a photograph."""
    clone = lab.stranger.sign(saved_anew(lab.sealed), TAKEN)
    return Attempt(lab.case(clone), lab.case(lab.sealed), never=("OpenAI",))


@attack("claimed-ai ai intact", honest=CAPTURED, why="Without the ledger the watermark is a claim, "
        "but it is one of AI; the stranger's is none that counts.")  # fmt: skip
def cloned_for_those_without_the_ledger(lab: Lab) -> Attempt:
    """does the same, and shows it to somebody who does not have our ledger."""
    clone = lab.stranger.sign(saved_anew(lab.sealed), TAKEN)
    return Attempt(lab.elsewhere(clone), lab.elsewhere(lab.captured), never=("OpenAI",))


@attack("conflict unknown intact", honest=CAPTURED, why="The trusted signature says camera, the "
        "ledger AI: both are shown.")  # fmt: skip
def laundered_by_a_trusted_liar(lab: Lab) -> Attempt:
    """has a trusted signer state that a camera took one of our AI pictures."""
    clone = lab.agency.sign(saved_anew(lab.sealed), TAKEN)
    return Attempt(lab.case(clone), lab.case(lab.captured))


@attack("conflict unknown intact", honest=CAPTURED, why="The watermark in the pixels contradicts "
        "the trusted signature, even without our ledger.")  # fmt: skip
def laundered_for_those_without_the_ledger(lab: Lab) -> Attempt:
    """does the same, and shows it to somebody who does not have our ledger."""
    clone = lab.agency.sign(saved_anew(lab.sealed), TAKEN)
    return Attempt(lab.elsewhere(clone), lab.elsewhere(lab.captured))


@attack("conflict unknown intact", honest=ISSUED, why="A new manifest without a past does not "
        "replace what the mark leads to.")  # fmt: skip
def laundered_as_digital_art(lab: Lab) -> Attempt:
    """has a trusted signer sign one of our pictures as drawn by hand, with no ingredient."""
    clone = lab.agency.sign(saved_anew(lab.sealed), created("digitalCreation"))
    return Attempt(lab.case(clone), lab.case(lab.sealed))


@attack(COPY, honest=ISSUED, why="A manifest that is silent on the source contradicts nothing; the "
        "ledger decides.")  # fmt: skip
def laundered_by_silence(lab: Lab) -> Attempt:
    """has a trusted signer sign one of our pictures without a word on its source."""
    clone = lab.agency.sign(saved_anew(lab.sealed), {"action": "c2pa.edited"})
    return Attempt(lab.case(clone), lab.case(lab.sealed))


@attack("conflict unknown intact", honest=CAPTURED, why="The copy from the screen still carries "
        "the mark.")  # fmt: skip
def camera_pointed_at_a_screen(lab: Lab) -> Attempt:
    """photographs one of our pictures with a camera that signs what it takes."""
    clone = lab.agency.sign(saved_anew(lab.sealed, "JPEG"), TAKEN, mime="image/jpeg")
    return Attempt(lab.case(clone, name="picture.jpg"), lab.case(lab.captured))


@attack("claimed-ai ai intact", honest="declared-ai ai intact", why="Anybody can sign that a "
        "picture is by AI; it is reported as said, not as proven.")  # fmt: skip
def photograph_slandered_as_ai(lab: Lab) -> Attempt:
    """signs somebody's photograph himself as made by AI, to discredit it."""
    hostile = lab.stranger.sign(lab.photo, MADE)
    return Attempt(lab.case(hostile), lab.case(lab.made), never=("OpenAI",))
