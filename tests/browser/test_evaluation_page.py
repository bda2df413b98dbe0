"""The page of scores in a browser: without JavaScript, by keyboard, on small screens, offline."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from looks import CONTRASTS
from pages import HANDLER
from reports import LABELS, a_set, evaluated, noisy

from zoo.evaluation.report import write_evaluations

pytestmark = pytest.mark.browser

MISSING = "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)"
LONG = "a-rather-long-name-of-a-model-that-somebody-has-trained.tag"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sets under two extractors, one with strangers' names."""
    folder = tmp_path_factory.mktemp("scores")
    labels = (f"<img src=x onerror=window.harm=1>{HANDLER}", *LABELS[1:])
    reference, train = a_set("theirs", 60, 2, labels=labels), a_set("trained", 60, 3, labels=labels)
    sets = a_set(LONG, 60, 1, labels=labels), noisy("noisy <script>window.harm = 1</script>", 60, 4)
    found = [
        evaluated(one, reference, train, features=name, labels=labels)
        for name in ("colours", "others") for one in sets
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZOO_HOME", str(folder / "home"))
        write_evaluations(found, folder / "out")
    return folder / "out"


@pytest.fixture
def visit(browser: Any, folder: Path) -> Iterator[Callable[..., Any]]:
    """``visit(360)``: a tab with the page. It asked for nothing but its own pictures, and the
    browser complained of nothing."""
    contexts, asked, said = [], [], []

    def visit(width: int = 1280, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto((folder / "index.html").as_uri())
        return tab

    yield visit
    for context in contexts:
        context.close()
    own = folder.as_uri()
    assert not [url for url in asked if not url.startswith(f"{own}/")]
    assert len({url for url in asked if url.startswith(f"{own}/plots/")}) > 20
    assert said == []


@pytest.mark.parametrize("script", [True, False])
def test_every_picture_loads_and_is_described(visit, script: bool) -> None:
    tab = visit(java_script_enabled=script)
    assert tab.evaluate(MISSING) == []
    alts = tab.evaluate("[...document.images].map(i => i.alt)")
    assert len(alts) > 20
    assert all(len(alt) > 20 for alt in alts)
    marks = tab.evaluate("[...document.querySelectorAll('svg[role=img]')].map(s => s.ariaLabel)")
    assert len(marks) > 20
    assert all("95 %" in mark for mark in marks)


def test_nothing_of_a_strangers_runs(visit) -> None:
    tab = visit()
    for summary in tab.locator("summary").all():
        summary.click()
    assert tab.evaluate("window.harm") is None
    assert "noisy <script>window.harm = 1</script>" in tab.locator("main").inner_text()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(visit, width: int) -> None:
    tab = visit(width)
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    narrow = (
        "[...document.querySelectorAll('.plots img')].map(i => i.getBoundingClientRect().width)"
    )
    assert min(tab.evaluate(narrow)) > 200


def test_the_keyboard_reaches_tables_and_details(visit) -> None:
    tab = visit()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "scores-1"
    order = tab.locator("a, summary, [tabindex='0']").count()
    reached = set()
    for _ in range(order):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement === document.body"):
            break  # what is in closed details is not on the way
        reached.add(tab.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert any(one.startswith("<summary") for one in reached)
    assert any('role="region"' in one for one in reached)
    assert any("scores.json" in one for one in reached)


def test_its_outline_is_in_order(visit) -> None:
    tab = visit()
    levels = tab.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(visit, scheme: str) -> None:
    tab = visit(color_scheme=scheme)
    found = tab.evaluate(CONTRASTS)
    assert len(found) > 100
    assert found[0][0] >= 4.5, found[:5]


def test_plots_follow_the_scheme(visit) -> None:
    """On paper they are dark on light whatever the screen is."""
    shown = {}
    for scheme in ("light", "dark"):
        tab = visit(color_scheme=scheme)
        shown[scheme] = _mean_ink(tab)
        if scheme == "dark":
            tab.emulate_media(media="print", color_scheme="dark")
            shown["print"] = _mean_ink(tab)
    assert shown["light"] > 200
    assert shown["dark"] < 80
    assert shown["print"] > 200


def _mean_ink(tab: Any) -> float:
    """How light the first plot is, apart from its letters, which stand out."""
    import io

    import numpy as np
    from PIL import Image

    plot = tab.locator(".plots img").first
    with Image.open(io.BytesIO(plot.screenshot())) as image:
        levels = np.asarray(image.convert("L")).astype(float)
    ground = float(np.median(levels))
    farthest = levels.max() - ground if ground < 128 else ground - levels.min()
    assert farthest > 120
    return ground


def test_the_table_of_pairs_is_not_cut(visit: Callable[..., Any]) -> None:
    tab = visit(1200)
    tab.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    cut = "w => w.map(each => each.scrollWidth - each.clientWidth)"
    over = tab.eval_on_selector_all(".sheet .wide", cut)
    assert over
    assert max(over) <= 0
