"""Attacks on time: expired, not yet valid, in the future; and time-stamps that prove nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from attack import Attempt, Case, attack
from authorities import Issued
from by_certificates import UNPROVEN, UNREADABLE
from by_swapping import CAPTURED
from lab import OPENED, TAKEN, Lab, clock_named
from resigning import days_ago, resigned, stamping
from timestamps import TimeStampServer

from zoo_provenance.trust import Trust
from zoo_provenance.trust.anchors import anchor_of

Stamp = Callable[[bytes], bytes]


def expired(lab: Lab) -> Issued:
    """A camera's certificate that was valid from 600 to 300 days ago."""
    life = dt.timedelta(days=-300)
    return lab.maker.issue("Old Camera", starts=days_ago(600), life=life)


def stamped(clock: TimeStampServer, days: float) -> Stamp:
    clock.time = days_ago(days)
    return stamping(clock)


def outlived(lab: Lab) -> Case:
    """The photograph by an expired camera, with a trusted time-stamp from when it was valid."""
    return lab.case(resigned(lab.captured, expired(lab), stamp=stamped(lab.clock, 400)))


def past(lab: Lab, stamp: Stamp | None) -> Attempt:
    """By the expired camera with that time-stamp, and with one that is worth something."""
    return Attempt(lab.case(resigned(lab.captured, expired(lab), stamp=stamp)), outlived(lab))


@attack(UNREADABLE, honest=CAPTURED, why="Whether it was valid when it signed, nothing shows. That "
        "alone is no sign of tampering.")  # fmt: skip
def expired_certificate(lab: Lab) -> Attempt:
    """signs with a camera's certificate that has expired, whose key may since have leaked."""
    return past(lab, None)


@attack(UNREADABLE, honest=CAPTURED, why="Whoever is not trusted can stamp any time.")
def expired_with_a_strangers_time_stamp(lab: Lab) -> Attempt:
    """dates an expired certificate's signature back with a time-stamp authority of his own."""
    return past(lab, stamped(clock_named("Evil Clock"), 400))


@attack(UNREADABLE, honest=CAPTURED, why="The trusted time-stamp shows that it had expired.")
def time_stamp_after_expiry(lab: Lab) -> Attempt:
    """has a trusted authority stamp an expired certificate's signature now."""
    return past(lab, stamped(lab.clock, 100))


@attack(UNREADABLE, honest=CAPTURED, why="The time-stamp is of another signature.")
def time_stamp_of_another_signature(lab: Lab) -> Attempt:
    """takes a trusted time-stamp from an old picture and puts it into a new one."""
    stamp = stamped(lab.clock, 400)
    return past(lab, lambda data: stamp(b"another" + data))


@attack(UNREADABLE, honest=CAPTURED, why="A certificate does not count before it begins.")
def certificate_not_yet_valid(lab: Lab) -> Attempt:
    """signs with a certificate that begins in a hundred days."""
    future = lab.maker.issue("New Camera", starts=days_ago(-100))
    return Attempt(lab.case(resigned(lab.captured, future)), outlived(lab))


@attack(UNPROVEN, honest=CAPTURED, why="Nothing can have been done in the future: a statement so "
        "dated is not believed.")  # fmt: skip
def dated_in_the_future(lab: Lab) -> Attempt:
    """has a trusted signer date the taking of a photograph in the year 2099."""
    dates = ("2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z")
    future, then = (lab.agency.sign(lab.photo, {**TAKEN, "when": date}) for date in dates)
    return Attempt(lab.case(future), lab.case(then))


@attack(UNPROVEN, honest=CAPTURED, why="A time-stamp authority vouches for times, never for "
        "signers.")  # fmt: skip
def time_stamp_anchor_as_signer(lab: Lab) -> Attempt:
    """has a trusted time-stamp authority issue him a certificate for signing pictures."""
    hostile = resigned(lab.captured, lab.clock.root.issue("Good Camera"))
    return Attempt(lab.case(hostile), outlived(lab), never=("Good Camera",))


@attack(UNPROVEN, honest=CAPTURED, why="A certificate for time-stamps signs no pictures.")
def time_stampers_own_certificate(lab: Lab) -> Attempt:
    """signs a picture with the certificate by which a trusted authority stamps times."""
    return Attempt(lab.case(resigned(lab.captured, lab.clock.signer)), outlived(lab))


def twice_edited(lab: Lab, original: bytes) -> Case:
    """A trusted edit of a trusted edit of the file."""
    middle = lab.agency.sign(lab.photo, OPENED, parents=[original])
    return lab.case(lab.agency.sign(lab.photo, OPENED, parents=[middle]))


def hidden(lab: Lab, original: bytes) -> Attempt:
    """An original in the past of a trusted edit, and in its place the one that outlived."""
    return Attempt(twice_edited(lab, original), twice_edited(lab, outlived(lab).data))


@attack(UNPROVEN, honest=CAPTURED, why="Nobody trusted says when the ancestor was signed.")
def expired_ancestor_with_a_strangers_time_stamp(lab: Lab) -> Attempt:
    """hides an expired certificate, dated back by himself, in the original of a trusted edit."""
    stamp = stamped(clock_named("Evil Clock"), 400)
    return hidden(lab, resigned(lab.captured, expired(lab), stamp=stamp))


@attack(UNPROVEN, honest=CAPTURED, why="There, too, the trusted time-stamp shows that it had "
        "expired.")  # fmt: skip
def ancestor_time_stamped_after_expiry(lab: Lab) -> Attempt:
    """does the same with a time-stamp that a trusted authority gave him after the expiry."""
    stamp = stamped(lab.clock, 100)
    return hidden(lab, resigned(lab.captured, expired(lab), stamp=stamp))


@attack(UNPROVEN, honest=CAPTURED, why="In claims of the first version, nobody checks who stamped; "
        "so there only a certificate counts that is valid still.")  # fmt: skip
def old_claim_with_a_strangers_time_stamp(lab: Lab) -> Attempt:
    """dates an expired certificate's signature back, in a claim of C2PA's first version."""
    stamp = stamped(clock_named("Evil Clock"), 400)
    old = lab.agency.sign(lab.photo, TAKEN, old=True)
    good = lab.maker.issue("Good Camera", starts=days_ago(600))
    hostile, honest = (resigned(old, by, stamp=stamp) for by in (expired(lab), good))
    return Attempt(lab.case(hostile), lab.case(honest))


@attack(UNPROVEN, honest=CAPTURED, why="Nor in the past of a picture.")
def old_claim_of_an_ancestor_dated_back(lab: Lab) -> Attempt:
    """hides such a claim in the original of a trusted edit."""
    tried = old_claim_with_a_strangers_time_stamp(lab)
    return Attempt(*(twice_edited(lab, case.data) for case in (tried.hostile, tried.honest)))


@attack(UNPROVEN, honest=CAPTURED, why="A certificate that is believed alone expires, too.")
def expired_single_signer_of_an_ancestor(lab: Lab) -> Attempt:
    """hides a picture by an expired camera, which is trusted itself, without its maker."""
    camera = expired(lab)
    trust = replace(lab.trust, leaves=(anchor_of(camera.certificate, "added"),))
    stamps = (None, stamped(lab.clock, 400))
    files = [resigned(lab.captured, camera, stamp=stamp) for stamp in stamps]
    return Attempt(*(twice_edited(lab, file).but(trust=trust) for file in files))


@attack(UNPROVEN, honest=CAPTURED, why="The ancestor's certificate comes from the time-stampers, "
        "who vouch for no signer there either.")  # fmt: skip
def time_stamp_anchor_signs_an_ancestor(lab: Lab) -> Attempt:
    """hides a certificate by a time-stamp authority in the original of a trusted edit."""
    original = resigned(lab.captured, lab.clock.root.issue("Good Camera"))
    return Attempt(lab.case(lab.edited(original)), lab.case(lab.edited(lab.captured)))


@attack(UNPROVEN, honest=CAPTURED, why="That others took a time-stamper for a signer, and recorded "
        "it, changes nothing.")  # fmt: skip
def time_stamp_anchor_signs_and_stamps_an_ancestor(lab: Lab) -> Attempt:
    """has a time-stamp authority certify and stamp him long ago, and a trusted signer, who believes
    that authority, edit the result."""
    theirs = Trust((*lab.trust.signers, *lab.trust.timestampers))
    issued = lab.clock.root.issue("Good Camera", starts=days_ago(600), life=dt.timedelta(days=-300))
    files = [resigned(lab.captured, by, stamp=stamped(lab.clock, 400))
             for by in (issued, expired(lab))]  # fmt: skip
    edits = (lab.agency.sign(lab.photo, OPENED, parents=[f], believing=theirs) for f in files)
    return Attempt(*map(lab.case, edits), never=("Good Camera",))


@attack(UNPROVEN, honest=CAPTURED, why="Names are shown where a signer is trusted, and a "
        "time-stamper is none, whoever edited the picture.")  # fmt: skip
def time_stamp_anchors_name_in_a_strangers_edit(lab: Lab) -> Attempt:
    """edits such a picture himself, so that a name is shown that nobody vouches for."""
    original = resigned(lab.captured, lab.clock.root.issue("Good Camera"))
    hostile = lab.stranger.sign(lab.photo, OPENED, parents=[original])
    return Attempt(lab.case(hostile), lab.case(lab.edited(lab.captured)), never=("Good Camera",))
