"""Attacks on what a picture was made from: an AI step in the past is to be forgotten."""

from __future__ import annotations

from functools import partial
from typing import Any

from attack import Attempt, attack
from by_swapping import CAPTURED, MADE_BY_AI
from forging import forged
from lab import AI, MADE, OPENED, PLACED, TAKEN, Lab, created
from resigning import Opened
from surgery import flipped

from zoo_provenance.source import C2PA, IPTC
from zoo_provenance.trust import Trust
from zoo_provenance.xmp import NAMESPACE

CROPPED = {"action": "c2pa.cropped"}


@attack("altered unknown changed", honest=MADE_BY_AI, why="A manifest that the signed history "
        "names is gone from the file.")  # fmt: skip
def ancestor_cut_out(lab: Lab) -> Attempt:
    """takes the manifest of the AI original out of a signed edit of it; the rest still fits."""
    edit = lab.edited(lab.made)
    opened = Opened(edit)
    opened.store.boxes.remove(opened.manifests[0])
    return Attempt(lab.case(opened.png()), lab.case(edit))


@attack("altered ai changed", honest=MADE_BY_AI, why="The hash of the original's manifest is in "
        "the signed history.")  # fmt: skip
def ancestor_rewritten(lab: Lab) -> Attempt:
    """changes what the AI original's manifest says, inside a signed edit of it."""
    edit = lab.edited(lab.made)
    return Attempt(lab.case(flipped(edit, b"Tool")), lab.case(edit))


@attack("altered unknown changed", honest=MADE_BY_AI, why="The hash in the signed history is that "
        "of the original's manifest, whatever stands under its name.")  # fmt: skip
def ancestor_exchanged(lab: Lab) -> Attempt:
    """puts a photograph's manifest in the place of the AI original's, under its name."""
    edit = lab.edited(lab.made)
    opened, other = Opened(edit), Opened(lab.captured).manifests[-1]
    ours = opened.manifests[0]
    other.boxes[0].body = ours.boxes[0].body
    opened.store.boxes[opened.store.boxes.index(ours)] = other
    return Attempt(lab.case(opened.png()), lab.case(edit))


@attack("claimed-ai ai intact", honest=MADE_BY_AI, why="The original does not fit its manifest, "
        "which still says AI: a claim.")  # fmt: skip
def ai_ancestor_broken_before_it_was_opened(lab: Lab) -> Attempt:
    """breaks the AI original's signature first, and has a trusted signer edit the result."""
    broken = flipped(lab.made, b"Tool")
    return Attempt(lab.case(lab.edited(broken)), lab.case(lab.edited(lab.made)))


@attack("inconclusive unknown intact", honest=CAPTURED, why="The photograph that the edit builds "
        "on does not fit its own manifest.")  # fmt: skip
def capture_repainted_before_it_was_opened(lab: Lab) -> Attempt:
    """repaints a signed photograph, and has a trusted signer crop the result."""
    broken = flipped(lab.captured, b"IDAT")
    hostile = lab.agency.sign(lab.photo, OPENED, CROPPED, parents=[broken])
    honest = lab.agency.sign(lab.photo, OPENED, CROPPED, parents=[lab.captured])
    return Attempt(lab.case(hostile), lab.case(honest))


@attack("inconclusive unknown intact", honest=CAPTURED, why="The edit is trusted, its original is "
        "by nobody we know.")  # fmt: skip
def strangers_capture_edited_by_the_agency(lab: Lab) -> Attempt:
    """signs a picture as a photograph himself, and has a trusted signer edit it."""
    theirs = lab.stranger.sign(lab.photo, TAKEN)
    honest = lab.case(lab.edited(lab.captured))
    return Attempt(lab.case(lab.edited(theirs)), honest, never=("OpenAI",))


@attack("inconclusive unknown intact", honest=CAPTURED, why="A file without credentials may be "
        "anything.")  # fmt: skip
def original_without_credentials(lab: Lab) -> Attempt:
    """strips an AI picture, and has a trusted signer edit it and call it taken by a camera."""
    source = {**OPENED, "digitalSourceType": IPTC + "digitalCapture"}
    hostile = lab.agency.sign(lab.photo, source, parents=[lab.photo])
    return Attempt(lab.case(hostile), lab.case(lab.edited(lab.captured)))


@attack("inconclusive unknown intact", honest=CAPTURED, why="Whom others recorded as trusted is "
        "judged anew by whom we trust.")  # fmt: skip
def strangers_own_word_of_trust(lab: Lab) -> Attempt:
    """records in his manifest that his own original was trusted, and has the agency edit that."""
    inner = lab.stranger.sign(lab.photo, TAKEN)
    middle = lab.stranger.sign(lab.photo, OPENED, parents=[inner], believing=lab.stranger.trust)
    both = Trust((lab.agency.anchor, lab.stranger.anchor))
    hostile = lab.agency.sign(lab.photo, OPENED, parents=[middle], believing=both)
    middle = lab.agency.sign(lab.photo, OPENED, parents=[lab.captured], believing=lab.agency.trust)
    honest = lab.agency.sign(lab.photo, OPENED, parents=[middle], believing=both)
    return Attempt(lab.case(hostile), lab.case(honest), never=("OpenAI",))


@attack("inconclusive unknown intact", honest=CAPTURED, why="A record counts for the file that it "
        "is about, however it names it.")  # fmt: skip
def doubt_recorded_under_a_short_address(lab: Lab) -> Attempt:
    """has his original taken in by a signer who trusts him, as we do not, and hides that doubt
    behind a record of his own that names the original in another way."""
    both = Trust((lab.agency.anchor, lab.stranger.anchor))

    def shortened(table: dict[str, Any]) -> None:
        for status in table["validationResults"]["activeManifest"]["failure"]:
            status["url"] = "self#jumbf=c2pa.signature"

    def edit(original: bytes) -> bytes:
        decoy = lab.stranger.sign(lab.photo, OPENED, parents=[original])
        decoy = forged(decoy, lab.stranger.sign_bytes, "c2pa.ingredient.v3", shortened)
        taken = partial(lab.agency.sign, lab.photo, believing=both)
        middle = taken(OPENED, parents=[original])
        return taken(TAKEN, PLACED, parents=[middle, decoy], relationship="componentOf")

    honest = lab.case(lab.edited(lab.edited(lab.captured)))
    return Attempt(lab.case(edit(lab.stranger.sign(lab.photo, TAKEN))), honest, never=("OpenAI",))


@attack("declared-ai-edited ai-edited intact", honest=CAPTURED, why="Every ingredient counts, "
        "whatever it is called.")  # fmt: skip
def ai_picture_called_an_input(lab: Lab) -> Attempt:
    """has an AI picture listed as a mere input of what is signed as a photograph."""
    used = {"action": "c2pa.edited", "parameters": PLACED["parameters"]}
    hostile = lab.agency.sign(lab.photo, TAKEN, used, parents=[lab.made], relationship="inputTo")
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack("declared-ai-edited ai-edited intact", honest=CAPTURED, why="Every action counts, not the "
        "first alone.")  # fmt: skip
def ai_step_among_the_edits(lab: Lab) -> Attempt:
    """hides a step by AI as the twentieth of many harmless edits."""
    step = {"action": "c2pa.edited", "digitalSourceType": MADE["digitalSourceType"]}
    hostile = lab.agency.sign(lab.photo, TAKEN, *[CROPPED] * 19, step, *[CROPPED] * 19)
    return Attempt(lab.case(hostile), lab.case(lab.agency.sign(lab.photo, TAKEN, CROPPED)))


@attack("declared-ai-edited ai-edited intact", honest=CAPTURED, why="A source is read wherever a "
        "manifest names one.")  # fmt: skip
def ai_step_in_the_small_print(lab: Lab) -> Attempt:
    """names AI only in the parameters of an edit, where few would look."""
    small = {"com.example.tool": {"digital_source_type": MADE["digitalSourceType"]}}
    hostile = lab.agency.sign(lab.photo, TAKEN, {"action": "c2pa.edited", "parameters": small})
    return Attempt(lab.case(hostile), lab.case(lab.agency.sign(lab.photo, TAKEN, CROPPED)))


@attack("declared-other unknown intact", honest=MADE_BY_AI, why="What "
        "was blacked out is not known; it never becomes a photograph.")  # fmt: skip
def ai_label_redacted_from_an_ancestor(lab: Lab) -> Attempt:
    """has a signed edit black out the one place where the original says AI."""
    about = {"@context": {"Iptc4xmpExt": NAMESPACE}, "Iptc4xmpExt:DigitalSourceType": AI}
    label = {"label": "cawg.metadata", "kind": "Json", "data": about}
    original = lab.agency.sign(lab.photo, created(C2PA + "empty"), assertions=[label])
    hostile = lab.redacted(original, "cawg.metadata")
    return Attempt(lab.case(hostile), lab.case(lab.edited(original)))
