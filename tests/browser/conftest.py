"""Tests in headless Chromium; deselected where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """``ZOO_CHROMIUM``, or the first that is installed."""
    chosen = os.environ.get("ZOO_CHROMIUM")
    return chosen or next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if chromium() is not None:
        return
    gone = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=gone)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if chromium() is None:
        terminalreporter.write_line("browser tests were deselected: no Chromium is installed")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium())
        yield running
        running.close()


@pytest.fixture
def window(browser: Any) -> Iterator[Callable[..., Any]]:
    """``window(link, width=360)``: a window of a browser of its own, with the page; no script
    failed in it, and it asked for nothing that its policy forbids."""
    contexts, said = [], []

    def window(link: str, width: int = 1200, height: int = 800, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        tab.goto(link)
        return tab

    yield window
    for context in contexts:
        context.close()
    assert [line for line in said if "Failed to load resource" not in line] == []
