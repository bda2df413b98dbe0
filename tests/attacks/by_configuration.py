"""Attacks on the installation that is asked: its trust files, its surroundings, its plugins."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from attack import Attempt, Case, attack
from by_certificates import UNPROVEN
from by_swapping import CAPTURED
from lab import TAKEN, Lab

from zoo_provenance.trust import add_anchors, install_list

NO_ANSWER = "error trust"
NOTHING = "no-evidence unknown unbound"


def at_home(lab: Lab, data: bytes, before: Callable[[], object]) -> Case:
    """A file at an installation of its own, after something was done there."""
    return lab.case(data, trust=None, ledger=None, before=before)


def listed(lab: Lab) -> Path:
    """The agency is put on an installed list; where that list is kept."""
    folder = lab.home.parent / "published"
    folder.mkdir(exist_ok=True)
    for name, pem in (("", lab.agency.anchor.pem), ("TSA-", lab.trust.timestampers_pem)):
        (folder / f"C2PA-{name}TRUST-LIST.pem").write_text(pem)
    install_list("official", folder=folder, home=lab.home)
    return lab.home / "trust" / "lists" / "official.json"


def rewritten(lab: Lab, change: Callable[[str], str]) -> Attempt:
    """The installed list changed on the disk."""

    def spoil() -> None:
        file = listed(lab)
        before = file.read_text()
        assert change(before) != before
        file.write_text(change(before))

    honest = at_home(lab, lab.captured, lambda: listed(lab))
    return Attempt(honest.but(before=spoil), honest)


def added(lab: Lab, pem: str) -> list[Path]:
    file = lab.home.parent / "added.pem"
    file.write_text(pem)
    add_anchors(file, home=lab.home)
    return list((lab.home / "trust" / "signers").iterdir())


@attack(NO_ANSWER, honest=CAPTURED, why="A list that cannot be read is never passed over, as every "
        "answer would change.")  # fmt: skip
def trust_list_with_a_typing_error(lab: Lab) -> Attempt:
    """misspells a key in the installed trust list, so that nobody on it counts any more."""
    return rewritten(lab, lambda text: text.replace('"signers"', '"signer"'))


@attack(NO_ANSWER, honest=CAPTURED, why="A list without certificates is damaged, and said to be.")
def trust_list_emptied(lab: Lab) -> Attempt:
    """empties the installed trust list, so that everything reads as untrusted."""

    def empty(text: str) -> str:
        table = json.loads(text)
        table["files"]["signers"]["pem"] = ""
        return json.dumps(table)

    return rewritten(lab, empty)


@attack(NO_ANSWER, honest=CAPTURED, why="A page of a server's is no list.")
def trust_list_that_is_a_web_page(lab: Lab) -> Attempt:
    """puts an error page of a server in the place of the installed trust list."""
    return rewritten(lab, lambda _: "<html><h1>404 Not Found</h1></html>")


@attack(NO_ANSWER, honest=CAPTURED, why="A certificate that cannot be read is named, and nothing "
        "is answered without it.")  # fmt: skip
def trusted_certificate_cut_off(lab: Lab) -> Attempt:
    """cuts a certificate that was added by hand in half."""

    def cut() -> None:
        [file] = added(lab, lab.agency.anchor.pem)
        file.write_text(file.read_text()[:200])

    honest = at_home(lab, lab.captured, lambda: added(lab, lab.agency.anchor.pem))
    return Attempt(honest.but(before=cut), honest)


@attack(UNPROVEN, honest=CAPTURED, why="Nothing is read from where a picture lies.")
def trust_beside_the_picture(lab: Lab) -> Attempt:
    """sends, in one folder with the picture, trust files and settings that name him."""
    signed = lab.stranger.sign(lab.photo, TAKEN)
    folder = lab.home.parent / "received"
    folder.mkdir()

    def enter() -> None:
        for name in ("trust/signers", "zoo/trust/signers", ".zoo/trust/signers", "c2pa"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / f"{'0' * 64}.pem").write_text(lab.stranger.anchor.pem)
        settings = {"trust": {"trust_anchors": lab.stranger.anchor.pem}}
        for name in ("c2pa.json", "c2pa_settings.json", "settings.json", "trust.json"):
            (folder / name).write_text(json.dumps(settings))
        lab.patch.chdir(folder)

    hostile = at_home(lab, signed, enter).but(name=str(folder / "picture.png"))
    return Attempt(hostile, lab.case(signed, trust=lab.stranger.trust, ledger=None))


@attack(UNPROVEN, honest=CAPTURED, why="Of all variables only Zoo's own are read, and none of them "
        "names whom to trust.")  # fmt: skip
def variables_of_the_environment(lab: Lab) -> Attempt:
    """sets every variable by which C2PA's own tools are told whom to trust."""
    signed = lab.stranger.sign(lab.photo, TAKEN)
    anchors = lab.home.parent / "anchors.pem"

    def enter() -> None:
        anchors.write_text(lab.stranger.anchor.pem)
        for name in ("C2PATOOL_TRUST_ANCHORS", "C2PA_TRUST_ANCHORS", "C2PATOOL_ALLOWED_LIST",
                     "C2PA_SETTINGS", "C2PATOOL_SETTINGS", "SSL_CERT_FILE"):  # fmt: skip
            lab.patch.setenv(name, os.fspath(anchors))

    control = lab.case(signed, trust=lab.stranger.trust, ledger=None)
    return Attempt(at_home(lab, signed, enter), control)


@attack(UNPROVEN, honest=CAPTURED, why="The frozen list of before 2026 counts only when asked for.")
def signer_on_the_frozen_list_alone(lab: Lab) -> Attempt:
    """signs with a certificate that only the list of former years names."""
    folder = lab.home.parent / "published"
    folder.mkdir()

    def install() -> None:
        (folder / "anchors.pem").write_text(lab.agency.anchor.pem)
        (folder / "allowed.pem").write_text(lab.maker.issue("Somebody").chain_pem)
        install_list("interim", folder=folder, home=lab.home)

    return Attempt(at_home(lab, lab.captured, install), lab.case(lab.captured))


PLUGIN = """
import zoo
from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.source import Origin


@zoo.hookimpl
def zoo_examiners():
    return [Theirs()]


class Theirs:
    name = {name!r}
    kind = Kind.CLAIM

    def examine(self, subject):
        {body}
"""


def plugged(lab: Lab, honest: Case, body: str, name: str = "theirs") -> Attempt:
    """Nothing is known of the photograph but what a plugin says."""
    source = PLUGIN.format(name=name, body=body)
    hostile = lab.case(lab.photo, before=lambda: lab.install("zoo_theirs", source))
    return Attempt(hostile, honest)


@attack(NOTHING, honest=CAPTURED, why="A plugin gives claims and readings, never a proof.")
def plugin_that_calls_itself_a_signature(lab: Lab) -> Attempt:
    """brings a plugin whose evidence says: signed, trusted, taken by a camera."""
    body = "return Evidence('c2pa', Kind.SIGNATURE, 'Trusted', Finding.SAYS, Origin.CAPTURE, True)"
    return plugged(lab, lab.case(lab.captured), body, name="c2pa")


@attack(NOTHING, honest="issued-here ai intact", why="A plugin gives claims and readings, never a "
        "proof.")  # fmt: skip
def plugin_that_calls_itself_a_replay(lab: Lab) -> Attempt:
    """brings a plugin whose evidence says that the picture was made again and is the same."""
    body = "return Evidence('replay', Kind.REPLAY, 'same', Finding.CONFIRMED, Origin.AI, True)"
    return plugged(lab, lab.case(lab.sealed), body)


@attack("claimed-ai ai unbound", honest="declared-ai ai intact", why="Whatever it calls itself, it "
        "counts as a claim.")  # fmt: skip
def plugin_that_calls_its_claim_trusted(lab: Lab) -> Attempt:
    """brings a plugin that marks its own claim as trusted."""
    body = "return Evidence('theirs', Kind.CLAIM, 'x', Finding.SAYS, Origin.AI, trusted=True)"
    return plugged(lab, lab.case(lab.made), body)


@attack(NOTHING, honest="declared-ai ai intact", why="It is listed as not examined, with the "
        "reason, and the others go on.")  # fmt: skip
def plugin_that_fails(lab: Lab) -> Attempt:
    """brings a plugin that fails with control characters in its error."""
    attempt = plugged(lab, lab.case(lab.made), "raise RuntimeError('no \\x1b[2J network')")
    return Attempt(attempt.hostile, attempt.honest, never=("\x1b",))
