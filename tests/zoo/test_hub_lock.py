"""The lock file: read strictly, and written by many at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import zoo
from zoo.errors import UsageError
from zoo.hub.lock import Locked, changing, read_lock

NAME = "hf-hub:alice/discs"
ENTRY = {"commit": "a" * 40, "resolved": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        json.dumps({"schema": 2, "names": {}}),
        json.dumps({"schema": 1, "names": {NAME: {}}}),
        json.dumps({"schema": 1, "names": {NAME: {**ENTRY, "commit": "main"}}}),
        json.dumps({"schema": 1, "names": {"alice/discs": ENTRY}}),
        json.dumps({"schema": 1, "names": {f"{NAME}@{'b' * 40}": ENTRY}}),
    ],
)
def test_a_damaged_lock_is_no_silent_update(zoo_home: Path, text: str) -> None:
    zoo_home.mkdir()
    (zoo_home / "hub.lock").write_text(text)
    with pytest.raises(UsageError, match=r"lock file .* is damaged"):
        zoo.find_card(NAME)
    assert (zoo_home / "hub.lock").read_text() == text


def test_many_at_once_lose_no_name(zoo_home: Path) -> None:
    def lock(number: int) -> None:
        with changing() as names:
            names[f"hf-hub:alice/model{number}"] = Locked(f"{number:040x}", "2026-01-01T00:00:00Z")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lock, range(24)))
    assert len(read_lock()) == 24
    assert list(zoo_home.glob("*.tmp")) == []
    names = list(json.loads((zoo_home / "hub.lock").read_text())["names"])
    assert names == sorted(names)
