"""The packages that bring plugins: installed and removed by this environment's own pip or uv."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from .errors import UnknownNameError, UsageError, ZooError
from .groups import GROUP, OURS

_NAME = re.compile(r"\w[\w.-]*")

Announce = Callable[[str], None]


def install(
    specs: Sequence[str], *, editable: bool = False, upgrade: bool = False, announce: Announce
) -> None:
    """Install requirements (``zoo-clouds``, a folder, a wheel, ``git+https://…``); with
    ``editable``, folders, so that changes to them count at once.

    ``announce`` is told the command line that is run; what it prints goes to stderr. Raises
    UsageError, also for a bare name that is a folder here, and ZooError where the installer fails.
    """
    for spec in specs:
        if not spec.strip() or spec.startswith("-"):
            raise UsageError(
                f"{spec!r} is no requirement; expected a package's name, a folder, a wheel or an "
                "address. For options of the installer, run it yourself"
            )
        if not editable and _is_folder_or_package(spec):
            raise UsageError(
                f"{spec} is a folder here, and may be a stranger's package elsewhere; write "
                f"./{spec} for the folder, or a version, as in '{spec}>=0', for the package"
            )
    wanted = [part for spec in specs for part in (("--editable", spec) if editable else (spec,))]
    _run(_installer("install"), [*(["--upgrade"] if upgrade else []), *wanted], announce)


def undoing(packages: Iterable[str]) -> str:
    """The command line that uninstalls packages again, with its question."""
    line = [part for part in _installer("uninstall") if part not in ("--yes", "--quiet")]
    return shlex.join([*line, *packages])


def installed_packages() -> frozenset[str]:
    """The names of all packages, as a process that starts now sees them."""
    importlib.invalidate_caches()
    return frozenset(d.name for d in distributions() if d.name)


def remove(name: str, *, announce: Announce) -> str:
    """Uninstall the package that brings the plugin ``name``, or is called so. Returns its name.

    Raises UsageError for what is not installed, belongs to Zoo, or is brought by several packages,
    ZooError where the installer fails.
    """
    packages = _plugin_packages()
    by_package = {_canonical(owner): [owner] for owner in packages}
    by_plugin: dict[str, list[str]] = {}
    for owner, distribution in packages.items():
        for entry in distribution.entry_points.select(group=GROUP):
            by_plugin.setdefault(entry.name, []).append(owner)
    found = by_package.get(_canonical(name)) or by_plugin.get(name) or []
    if len(found) > 1:
        names = ", ".join(sorted(found))
        raise UsageError(f"several packages bring a plugin {name}: {names}; name one")
    if OURS in found:
        raise UsageError(
            f"{name} belongs to Zoo itself. To do without it, name the plugins that you want in "
            "the variable ZOO_PLUGINS"
        )
    if not found:
        everything = {**by_plugin, **by_package}
        known = [n for n, owners in everything.items() if OURS not in owners]
        raise UnknownNameError("plugin", name, known, "(zoo plugins lists what is installed)")
    (package,) = found
    _run(_installer("uninstall"), [package], announce)
    return package


def freeze() -> tuple[str, ...]:
    """A line of a requirements file for each package, other than Zoo, that brings plugins."""
    packages = _plugin_packages()
    return tuple(_requirement(packages[name]) for name in sorted(packages) if name != OURS)


def _plugin_packages() -> dict[str, Distribution]:
    """By name; of several installed under one name, the one that Python finds first."""
    found: dict[str, Distribution] = {}
    for distribution in distributions():
        if distribution.entry_points.select(group=GROUP):
            found.setdefault(distribution.name, distribution)
    return found


def _requirement(distribution: Distribution) -> str:
    """As pip's freeze writes it, from what the installer noted (PEP 610)."""
    text = distribution.read_text("direct_url.json")
    try:
        origin: dict[str, Any] = json.loads(text) if text else {}
        url = str(origin["url"]) if origin else ""
    except (ValueError, KeyError, TypeError):
        origin, url = {}, ""
    if not url:
        return f"{distribution.name}=={distribution.version}"
    if origin.get("dir_info", {}).get("editable"):
        return f"-e {url}"
    marks = []
    if vcs := origin.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    elif digest := origin.get("archive_info", {}).get("hash"):
        marks.append(digest)
    if origin.get("subdirectory"):
        marks.append(f"subdirectory={origin['subdirectory']}")
    return f"{distribution.name} @ {url}" + ("#" + "&".join(marks) if marks else "")


def _installer(task: str) -> list[str]:
    """The command line of ``task`` for the environment that Zoo runs in."""
    if importlib.util.find_spec("pip") is not None:
        # Quiet: without, a line for each package that is there already hides what counts.
        pip = [sys.executable, "-m", "pip", task, "--quiet"]
        return [*pip, "--yes"] if task == "uninstall" else pip
    if uv := shutil.which("uv"):
        return [uv, "pip", task, "--python", sys.executable]
    raise UsageError(
        f"this environment ({sys.prefix}) has no pip, and there is no uv on the PATH; install "
        "either, as with: python -m ensurepip"
    )


def _run(installer: list[str], arguments: list[str], announce: Announce) -> None:
    line = [*installer, *arguments]
    announce(shlex.join(line))
    # Its messages belong to stderr, to which this process may write through another object.
    ended = subprocess.run(line, stdout=2, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603
    if ended:
        raise ZooError(
            f"{'pip' if '-m' in installer else 'uv'} ended with exit code {ended}; what it says is "
            "above"
        )


def _is_folder_or_package(spec: str) -> bool:
    """Whether installers take the name of a folder here for that of a package in an index."""
    name, _, _ = spec.partition("[")
    return _NAME.fullmatch(name) is not None and Path(name).is_dir()


def _canonical(name: str) -> str:
    """PEP 503's form of a package's name."""
    return "-".join(filter(None, name.lower().replace("_", "-").replace(".", "-").split("-")))
