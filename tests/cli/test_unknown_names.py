"""Names that nothing has: what is told where a plugin, which may have brought it, failed."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "command",
    [
        ("models", "nothing"),
        ("tune", "stylegan-lite", "--reward", "nothing", "--out", "o"),
        ("evaluate", "stylegan-lite", "--measures", "nothing"),
        ("evaluate", "stylegan-lite", "--features", "nothing"),
        ("evaluate", "nothing"),
        ("train", "nothing", "--data", "d", "--out", "o"),
    ],
)
def test_where_a_name_is_unknown_a_plugin_that_failed_is_told_of(
    call_zoo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    from zoo.plugins import plugin_manager

    monkeypatch.chdir(tmp_path)
    names = [plugin.name for plugin in plugin_manager().loaded]
    monkeypatch.setenv("ZOO_PLUGINS", ",".join([*names, "there-is-none"]))
    plugin_manager.cache_clear()
    done = call_zoo(*command)
    monkeypatch.undo()
    plugin_manager.cache_clear()
    assert done.returncode == 2
    assert "; 1 plugin did not load, see zoo plugins)" in done.stderr
