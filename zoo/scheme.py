"""Schemes: models by reference, ``PREFIX:NAME``, which a plugin finds when somebody names one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import PluginError

_PREFIX = re.compile(r"[a-z][a-z0-9-]+")
_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
RESERVED = frozenset({"local-dir", "hf-hub", "package"})


@dataclass(frozen=True)
class Known:
    """A model that a scheme is known to find, for ``zoo models --all``. Nothing of it is here.

    ``name`` has the scheme's prefix. ``download`` is its size in bytes, ``revision`` the commit
    that was looked at, 40 hex digits; None where nobody has, so that whoever asks first finds out.
    """

    name: str
    family: str
    summary: str
    licence: str
    revision: str | None = None
    download: int | None = None


@dataclass(frozen=True)
class Scheme:
    """A prefix, such as ``diffusers``, and who finds the models behind it.

    ``factory`` is ``module:function``, imported on first use and called as ``factory(name, fetch)``
    with what follows the colon (``extra`` of Zoo is what it needs installed); it returns a
    :class:`zoo.card.Card` whose id is ``PREFIX:`` and a name that means this very model: with a
    commit, where there is one. With ``fetch`` False the name is from a picture, and so perhaps a
    stranger's: it fetches nothing, and looks at no path that the name holds.
    """

    prefix: str
    summary: str
    factory: str
    extra: str | None = None
    known: tuple[Known, ...] = ()

    @property
    def name(self) -> str:
        """The prefix, as every thing that a hook brings has a name."""
        return self.prefix

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix) or self.prefix in RESERVED:
            raise PluginError(
                f"scheme {self.prefix!r}: expected two or more letters, digits and dashes in lower "
                f"case, and none of {', '.join(sorted(RESERVED))}"
            )
        if not _FACTORY.fullmatch(self.factory) or not self.summary.strip():
            raise PluginError(
                f"scheme {self.prefix}: needs a summary, and a factory as module:function"
            )
        for one in self.known:
            if not one.name.startswith(f"{self.prefix}:"):
                raise PluginError(f"scheme {self.prefix}: {one.name!r} does not begin with it")
