"""Attacks that put a mark, a file or a ledger in the place of another."""

from __future__ import annotations

import io

import numpy as np
from attack import Attempt, attack
from by_removing import ISSUED
from lab import AI, Lab, claim_in_metadata, drawn, encoded, pixels_of
from surgery import inserted, manifest_of, saved_anew, without

from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import IPTC, SourceType
from zoo_provenance.trust import load_trust

CAPTURED = "declared-capture capture intact"
MADE_BY_AI = "declared-ai ai intact"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    f' Iptc4xmpExt:DigitalSourceType="{IPTC}digitalCapture"/></rdf:RDF></x:xmpmeta>'
)


@attack("altered unknown changed", honest=CAPTURED, why="The manifest's hash is that of another "
        "file; that it speaks of a camera clears nothing.")  # fmt: skip
def cameras_manifest_on_an_ai_picture(lab: Lab) -> Attempt:
    """takes the manifest of a photograph and puts it into a picture by AI."""
    hostile = inserted(encoded(drawn(4)), manifest_of(lab.captured))
    return Attempt(lab.case(hostile), lab.case(lab.captured))


@attack("altered ai changed", honest=ISSUED, why="The manifest's hash is that of another file.")
def our_manifest_on_another_picture(lab: Lab) -> Attempt:
    """takes the manifest of one of our pictures and puts it into somebody's photograph."""
    hostile = inserted(without(lab.photo, b"caBX"), manifest_of(lab.sealed))
    return Attempt(lab.case(hostile), lab.case(lab.sealed))


@attack("altered ai changed", honest=ISSUED, why="The mark leads to a row of the ledger whose "
        "picture looks different: copied, or painted over. The origin is the row's.")  # fmt: skip
def our_watermark_on_a_photograph(lab: Lab) -> Attempt:
    """adds the watermark of one of our pictures to a photograph, to pass it off as AI."""
    mark = pixels_of(lab.sealed).astype(int) - lab.unmarked
    forged = (pixels_of(lab.photo) + mark).clip(0, 255).astype(np.uint8)
    return Attempt(lab.case(encoded(forged)), lab.case(lab.sealed))


@attack("inconclusive unknown unbound", honest=MADE_BY_AI, why="Anybody can write a label; one "
        "that says anything but AI clears nothing.")  # fmt: skip
def label_of_a_camera(lab: Lab) -> Attempt:
    """strips a picture by AI, and writes into its metadata that a camera took it."""
    hostile = claim_in_metadata(lab.made, **{"XML:com.adobe.xmp": XMP})
    return Attempt(lab.case(hostile), lab.case(lab.made))


@attack("issued-here ai changed", honest=ISSUED, why="The mark and the ledger prove AI; a label "
        "proves nothing.")  # fmt: skip
def label_of_a_camera_on_our_picture(lab: Lab) -> Attempt:
    """exchanges the label in one of our pictures for that of a camera."""
    hostile = claim_in_metadata(lab.sealed, **{"XML:com.adobe.xmp": XMP})
    return Attempt(lab.case(hostile), lab.case(lab.sealed))


@attack("no-evidence unknown unbound", honest=ISSUED, why="What counts is the file, not its name.")
def same_name_other_picture(lab: Lab) -> Attempt:
    """puts a photograph in the place of one of our pictures, under its name."""
    return Attempt(lab.case(lab.photo), lab.case(lab.sealed))


@attack("conflict unknown intact", honest=MADE_BY_AI, why="The exchanged ledger says camera, the "
        "trusted signature AI; the contradiction is shown.")  # fmt: skip
def ledger_that_tells_another_story(lab: Lab) -> Attempt:
    """puts a ledger of his own in place of ours, in which an AI picture is from a camera."""
    folder = lab.home.parent / "theirs"
    own = ensure_identity(folder)
    ledger = open_ledger(folder, identity=own, create=True)
    seal(saved_anew(lab.made), Record.external("x", "1"), source=SourceType.DIGITAL_CAPTURE,
         out=io.BytesIO(), format="png", identity=own, ledger=ledger)  # fmt: skip
    return Attempt(lab.case(lab.made, ledger=ledger), lab.case(lab.made))


@attack(MADE_BY_AI, honest=ISSUED, why="A ledger that cannot be read is listed as not examined; "
        "the picture's own signature still counts.")  # fmt: skip
def ledger_replaced_by_rubbish(lab: Lab) -> Attempt:
    """overwrites the ledger, so that our pictures are no longer known."""
    own = ensure_identity(lab.home)
    out = io.BytesIO()
    seal(drawn(5), Record.external("x", "1"), source=AI, out=out, format="png", identity=own)
    trust = load_trust(lab.home)
    honest = lab.case(out.getvalue(), trust=trust, ledger=None)
    database = lab.home / "ledger.sqlite3"
    return Attempt(honest.but(before=lambda: database.write_bytes(b"rubbish" * 999)), honest)
