"""What the docs state of the code is so."""

from __future__ import annotations

import re
from pathlib import Path

from zoo_provenance.plain_words import HEADLINE
from zoo_provenance.verdict import VerdictName

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS.parent / "plugins" / "examples"


def test_the_page_for_people_has_every_verdict_in_the_order_of_the_rules() -> None:
    text = (DOCS / "verdicts.md").read_text("utf-8")
    rows = re.findall(r"^\| \*\*(.+?)\*\* `([a-z-]+)` \|", text, re.MULTILINE)
    assert rows == [(HEADLINE[name], str(name)) for name in VerdictName]


def test_links_lead_somewhere() -> None:
    """Files, and the headings in them."""
    pages = [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md"), *EXAMPLES.rglob("*.md")]
    assert len(pages) > 15
    for page in pages:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, heading = target.partition("#")
            there = (page.parent / name) if name else page
            assert there.exists(), f"{page.name}: {target}"
            if heading:
                assert heading in anchors(there), f"{page.name}: {target}"


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
