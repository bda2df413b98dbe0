"""Which certificates count: this installation's own, those added by hand, and installed lists."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from ..errors import TrustError
from ..home import zoo_home
from ..signing.own import present_leaf, present_root
from .added import stored
from .anchors import Anchor, Trust, anchor_of
from .lists import ListName, stored_list


class Profile(StrEnum):
    """How far trust reaches; each includes the one before it."""

    THIS_INSTALLATION = "this-installation"
    """The own certificate, and those that were added by hand."""
    OFFICIAL = "official"
    """And the C2PA trust list, where it is installed."""
    INTERIM = "interim"
    """And the list that was used until 2025, for older pictures."""


DEFAULT_PROFILE = Profile.OFFICIAL

_LISTS: dict[Profile, tuple[ListName, ...]] = {
    Profile.THIS_INSTALLATION: (),
    Profile.OFFICIAL: ("official",),
    Profile.INTERIM: ("official", "interim"),
}


def load_trust(
    home: Path | None = None, *, profile: Profile | None = None, own: bool = True
) -> Trust:
    """Every anchor of a profile, the nearest source first; of the default one where none is named.

    ``own``: this installation's root, if it has one, is among the signers; of an identity that an
    authority of others issued, its certificate is believed alone.

    Raises TrustError where a file cannot be read, or the list that a named profile is called after
    is not installed: a list that is silently shorter would give other verdicts.
    """
    home = home or zoo_home()
    chosen = profile or DEFAULT_PROFILE
    lists = [found for name in _LISTS[chosen] if (found := stored_list(name, home)) is not None]
    if (
        profile is not None
        and _LISTS[profile]
        and _LISTS[profile][-1] not in [x.name for x in lists]
    ):
        raise TrustError(
            f"the {profile} list is not installed; fetch it with 'zoo trust update {profile}'"
        )
    root = present_root(home) if own else None
    mine = () if root is None else (anchor_of(root, "own"),)
    signers = [*mine, *(a for _, a in stored(home, tsa=False))]
    timestampers = [a for _, a in stored(home, tsa=True)]
    leaf = present_leaf(home) if own else None
    leaves = [] if leaf is None else [anchor_of(leaf, "own")]
    for installed in lists:
        signers += installed.signers
        timestampers += installed.timestampers
        leaves += installed.leaves
    return Trust(
        _once(signers),
        _once(timestampers),
        _once(leaves),
        str(chosen),
        tuple(lists),
    )


def _once(anchors: list[Anchor]) -> tuple[Anchor, ...]:
    """Each certificate once, from the nearest source that has it."""
    found: dict[str, Anchor] = {}
    for anchor in anchors:
        found.setdefault(anchor.sha256, anchor)
    return tuple(found.values())
