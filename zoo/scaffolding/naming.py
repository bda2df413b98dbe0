"""Which names a new plugin can have: those that nothing installed here has already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, entry_points
from importlib.util import find_spec

from zoo.command import ZOO_COMMANDS
from zoo.errors import UsageError
from zoo.groups import GROUP
from zoo.plugins import plugin_manager

from .kinds import HOOKS, PluginKind

LONGEST = 50
"""Characters of a package's name: what is written from it has lines of up to 100."""
_NAME = re.compile(r"zoo-([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")


def name_of(package: str, kind: PluginKind) -> str:
    """The NAME of a package ``zoo-NAME`` that is to bring something of this kind.

    Raises UsageError where it does not fit, or where the package, its module, its plugin or what
    it brings would have the name of another.
    """
    match = _NAME.fullmatch(package)
    if match is None or len(package) > LONGEST:
        raise UsageError(
            f"{package!r} is no name for a plugin's package; expected zoo- and words in lower case "
            f"with hyphens between, up to {LONGEST} characters, such as zoo-clouds"
        )
    for taken in _takers(package, match[1], kind):
        raise UsageError(f"the name {package} is taken: {taken}; choose another")
    return match[1]


def _takers(package: str, name: str, kind: PluginKind) -> Iterator[str]:
    """What has the name, in words."""
    module = package.replace("-", "_")
    if find_spec(module) is not None:
        yield f"a module {module} is installed here"
    if _is_installed(package):
        yield f"a package {package} is installed here"
    if entry_points(group=GROUP, name=name):
        yield f"a plugin {name!r} is installed here"
    if kind is PluginKind.COMMAND and name in ZOO_COMMANDS:
        yield f"Zoo has a command {name!r} of its own"
    manager = plugin_manager()
    hook = HOOKS[kind]
    for taken in manager.names(hook):
        # A model is also found by what comes before the dot.
        if name.replace("-", "_") == taken.partition(".")[0].replace("-", "_"):
            yield f"there is a {kind} {taken!r} already ({manager.owner(hook, taken)})"


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True
