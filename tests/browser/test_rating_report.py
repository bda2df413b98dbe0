"""The page about a study in a browser: without JavaScript, on small screens, in both schemes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ratings import begin, rate

from zoo.rating.report.page import write_page
from zoo.rating.study import Kind
from zoo.rating.summary import summarise

pytestmark = pytest.mark.browser

HARM = "<script>window.harm = 1</script>"
STUDIES: dict[Kind, dict[str, bool | None]] = {
    "real-or-generated": {"photos": False, "stylegan-lite.fruits360": True},
    "which-is-better": {"stylegan-lite.fruits360": True, "vae-lite.fruits360": True, HARM: None},
    "scales": {"stylegan-lite.fruits360": True, "vae-lite.fruits360": True},
}
INSIDE = """() => { const box = e => e.getBoundingClientRect();
  return [...document.querySelectorAll('svg[role=img]')].every(svg =>
    [...svg.querySelectorAll('text, line, circle')].every(e =>
      box(e).left >= box(svg).left - 1 && box(e).right <= box(svg).right + 1
      && box(e).bottom <= box(svg).bottom + 1)) }"""
CONTRAST = """() => { const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const numbers = c => c.match(/[\\d.]+/g).map(Number);
  const below = e => { for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c.slice(0, 3) } return [255, 255, 255] };
  return Math.min(...[...document.querySelectorAll('h1, h3, p, td, th, figcaption, svg text')].map(
    e => { const style = getComputedStyle(e);
      const ink = numbers(e.matches('text') ? style.fill : style.color).slice(0, 3);
      const [a, b] = [light(ink), light(below(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) })) }"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for kind, sets in STUDIES.items():
        folder = tmp_path_factory.mktemp(kind)
        answers = begin(folder / "s.sqlite", kind, sets, each=4, raters=5)
        choices = {"which-is-better": "left right", "real-or-generated": "real generated"}
        some = choices.get(kind, "2 3 5").split()
        rate(answers, lambda t, some=some: (some[(t.unit + t.rater) % len(some)], 700))
        found[kind] = folder / "page.html"
        write_page(summarise(answers), found[kind])
    return found


@pytest.mark.parametrize("kind", list(STUDIES))
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_page_is_whole(
    browser: Any, pages: dict[str, Path], kind: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=True
    )
    tab = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(pages[kind].as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("window.harm") is None
    assert tab.evaluate(INSIDE)
    assert tab.evaluate(CONTRAST) >= 4.5
    estimates = tab.locator("svg[role=img] circle").count()
    drawn = {"real-or-generated": 3, "which-is-better": 6, "scales": 4}[kind]
    assert estimates == drawn
    assert tab.locator("svg[role=img] line.thin").count() == drawn
    assert tab.locator("table").count() >= 4
    if kind == "which-is-better":
        assert HARM in tab.locator("tbody").first.inner_text()
    assert asked == [pages[kind].as_uri()]
    assert said == []
    context.close()


def test_it_says_the_same_without_javascript(browser: Any, pages: dict[str, Path]) -> None:
    texts = []
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        tab = context.new_page()
        tab.goto(pages["scales"].as_uri())
        texts.append(tab.locator("main").inner_text())
        context.close()
    assert texts[0] == texts[1]
    assert "Agreement between raters" in texts[0]
