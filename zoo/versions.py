"""Versions: with what software a picture is made, and what a record says of it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from .card import Card
from .groups import OURS
from .origin import owner_of
from .packages import NAME, VERSION, Package

_OURS = (("zoo", OURS), ("torch", "torch"), ("pillow", "pillow"))
_ALWAYS = {"python", *(name for name, _ in _OURS)}


def versions_of(card: Card) -> dict[str, str]:
    """Of everything that can change a pixel: Python, Zoo, torch, Pillow and, where Zoo itself does
    not bring the model of ``card``, the package that does."""
    found = {"python": platform.python_version()}
    for name, distribution in _OURS:
        with suppress(PackageNotFoundError):
            found[name] = version(distribution)
    if plugin := plugin_of(card):
        found.setdefault(plugin.name, plugin.version)
    return found


def plugin_of(card: Card) -> Package | None:
    """The package that brings the model of ``card``; None where Zoo itself does."""
    owner = owner_of(card)
    if owner is None or owner.package in ("", OURS):
        return None
    return Package(owner.package, owner.version)


def installed(names: Iterable[str]) -> dict[str, str]:
    """Of those packages that are installed, the versions."""
    found = {}
    for name in filter(NAME.fullmatch, names):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def differing(recorded: Mapping[str, object], here: Mapping[str, str]) -> list[str]:
    """Each difference in words: ``zoo-rings 0.1.0, here is 0.2.0``. What is recorded is a claim: of
    it only names and versions that packages can have are repeated."""
    told = [
        f"{name} {said}, here is {here.get(name, 'none')}"
        for name, said in _plain(recorded).items()
        if here.get(name) != said
    ]
    return told + [
        f"no {name} is recorded, here is {there}"
        for name, there in here.items()
        if name not in recorded
    ]


def packages_in(recorded: Mapping[str, object]) -> list[str]:
    """``zoo-rings 0.1.0``: what a record names beside the packages that each names. A claim."""
    return [f"{name} {v}" for name, v in _plain(recorded).items() if name not in _ALWAYS]


def _plain(recorded: Mapping[str, object]) -> dict[str, str]:
    return {
        name: said
        for name, said in recorded.items()
        if isinstance(said, str) and NAME.fullmatch(name) and VERSION.fullmatch(said)
    }
