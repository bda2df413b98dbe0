"""The report in a browser: without JavaScript, by keyboard, on small screens, and offline."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from looks import CONTRASTS
from pages import hostile_batch, ordinary_batch, write_page

pytestmark = pytest.mark.browser

FOCUSED = """() => { const e = document.activeElement, b = e.getBoundingClientRect();
  return {name: e.tagName.toLowerCase(), text: e.innerText, href: e.getAttribute('href'),
    outline: getComputedStyle(e).outlineStyle, seen: b.x >= 0 && b.y >= 0 && b.width > 0} }"""
HIDDEN_IN_PRINT = """() => [...document.querySelectorAll('article dd, article p')]
  .filter(e => !e.matches('.back') && (!e.checkVisibility({contentVisibilityAuto: true})
    || e.getBoundingClientRect().height == 0)).length"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for name, batch in (("ordinary", ordinary_batch), ("hostile", hostile_batch)):
        folder = tmp_path_factory.mktemp(name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ZOO_HOME", str(folder / "home"))
            paths, trust = batch(folder)
            write_page(paths, trust, folder / "page.html")
        found[name] = folder / "page.html"
    return found


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Iterator[Callable[..., Any]]:
    """``visit("hostile", width=360)``: a tab with the page; it asked for nothing else, and the
    browser complained of nothing."""
    contexts, asked, said = [], [], []

    def visit(name: str, width: int = 1280, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(pages[name].as_uri())
        return tab

    yield visit
    for context in contexts:
        context.close()
    own = {path.as_uri() for path in pages.values()}
    assert not [url for url in asked if url not in own and not url.startswith("data:image/jpeg")]
    assert said == []


@pytest.mark.parametrize("script", [True, False])
def test_it_is_whole_without_javascript(visit, script: bool) -> None:
    tab = visit("ordinary", java_script_enabled=script)
    assert tab.locator("article").count() == 5
    assert "Issued by this installation" in tab.locator("#file-1").inner_text()
    for image in tab.locator("img").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("async i => { await i.decode(); return i.naturalWidth }") == 128


def test_nothing_of_a_strangers_runs(visit) -> None:
    tab = visit("hostile")
    for summary in tab.locator("summary").all():
        summary.click()
    assert tab.evaluate("window.harm") is None
    assert "<script>window.harm = 1</script>" in tab.locator("#file-1").inner_text()


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(visit, name: str, width: int) -> None:
    tab = visit(name, width)
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_and_opens_everything(visit) -> None:
    tab = visit("ordinary")
    tab.keyboard.press("Tab")
    first = tab.evaluate(FOCUSED)
    assert first["href"] == "#files"
    assert first["seen"]
    reached = [first]
    order = tab.locator("a, summary").all()
    for _ in order[1:]:
        tab.keyboard.press("Tab")
        focused = tab.evaluate(FOCUSED)
        reached.append(focused)
        if focused["name"] == "summary":
            open_before = tab.evaluate("document.activeElement.parentElement.open")
            if not open_before:
                tab.keyboard.press("Enter")
                assert tab.evaluate("document.activeElement.parentElement.open")
    assert [one["text"] for one in reached] == [one.inner_text() for one in order]
    assert all(one["seen"] and one["outline"] != "none" for one in reached)


def test_the_links_lead_to_the_files(visit) -> None:
    tab = visit("ordinary", width=360)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "files"
    tab.get_by_role("link", name="photo.jpg").press("Enter")
    assert (
        tab.evaluate("Math.abs(document.querySelector('#file-2').getBoundingClientRect().y)") < 40
    )


def test_its_outline_is_in_order(visit) -> None:
    tab = visit("ordinary")
    levels = tab.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert tab.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(visit, scheme: str) -> None:
    tab = visit("ordinary", color_scheme=scheme)
    found = tab.evaluate(CONTRASTS)
    assert len(found) > 100
    assert found[0][0] >= 4.5, found[:5]


def test_all_of_it_is_printed(visit) -> None:
    tab = visit("ordinary")
    assert tab.evaluate(HIDDEN_IN_PRINT) > 0
    tab.emulate_media(media="print")
    assert tab.evaluate(HIDDEN_IN_PRINT) == 0
