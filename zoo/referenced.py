"""Finding a model by reference, through the scheme of its prefix."""

from __future__ import annotations

import re

from .boundary import held
from .card import Card
from .errors import MissingExtraError, PluginError, UsageError
from .factories import import_factory
from .plugins import plugin_manager
from .scheme import RESERVED

_NAME = re.compile(r"([a-z][a-z0-9-]+):(.+)", re.DOTALL)


def names_scheme(name: str) -> bool:
    """Whether a model's name begins like a scheme's; not like a disk's (``C:``)."""
    found = _NAME.fullmatch(name)
    return found is not None and found[1] not in RESERVED


def referenced_card(name: str, *, fetch: bool = True) -> Card:
    """The card of ``PREFIX:NAME``; see :class:`Scheme` for ``fetch``.

    Raises UsageError for a prefix that no plugin knows, PluginError where the scheme fails, and
    what it raises on purpose.
    """
    prefix, _, rest = name.partition(":")
    manager = plugin_manager()
    scheme = manager.schemes().get(prefix)
    if scheme is None:
        raise UsageError(_unknown(name, prefix))
    who = f"the scheme {prefix}: ({manager.owner('zoo_schemes', prefix)})"
    try:
        find = import_factory(scheme.factory, who)
    except MissingExtraError as error:
        if scheme.extra is None:
            raise
        raise MissingExtraError(
            f"models by {prefix}: need PyTorch and more, which are not installed. In your clone of "
            f"Zoo, run: pip install -e '.[{scheme.extra}]'"
        ) from error
    with held(f"{who}: {scheme.factory}", builds=True):
        card = find(rest, fetch)
    if not isinstance(card, Card) or not card.id.startswith(f"{prefix}:"):
        raise PluginError(f"{who}: {scheme.factory} returned {str(card)[:80]!r}, not its card")
    return card


def _unknown(name: str, prefix: str) -> str:
    manager = plugin_manager()
    known = ", ".join(f"{p}:" for p in manager.schemes()) or "none"
    hint = "; zoo plugins says what is loaded"
    if prefix in manager.skipped:
        hint = f"; ZOO_PLUGINS leaves out the plugin {prefix!r}"
    for failure in manager.failures:
        if failure.name == prefix:
            hint = f"; the plugin {prefix!r} did not load: {failure.error}"
    return (
        f"{name}: no plugin finds models by {prefix}: (schemes here: {known}){hint}. Install the "
        "package that brings it; a folder is named by ./FOLDER"
    )
