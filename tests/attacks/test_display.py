"""What is printed of hostile strings: by ``zoo verify`` as text, JSON and CSV, and in its page."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest
from attack import TABLE, Attack
from lab import Lab
from pages import Page

from zoo_provenance.trust import add_anchors

importlib.import_module("by_display")
DISPLAYED = [a for a in TABLE if a.group == "by_display"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Printed:
    """Each output on all the files together, and where each file lies."""

    long: str
    table: str
    json: str
    csv: str
    html: str
    paths: dict[str, Path]


@pytest.fixture(scope="session")
def printed(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """``zoo verify`` on all attacks at once, where their trusted signers are trusted."""
    folder = tmp_path_factory.mktemp("display")
    home = folder / "home"
    paths = {}
    for number, attack in enumerate(DISPLAYED):
        case = attack.build(lab).hostile
        below = folder / "received" / f"{number:02}"
        below.mkdir(parents=True)
        paths[attack.name] = below / case.name
        paths[attack.name].write_bytes(case.data)
        assert case.trust is not None
        for anchor in case.trust.signers:
            (folder / "signer.pem").write_text(anchor.pem)
            add_anchors(folder / "signer.pem", home=home)

    def run(*flags: str) -> str:
        command = [sys.executable, "-m", "zoo_cli", "verify", "received", "--quick", *flags]
        done = subprocess.run(
            [*command, "--jobs", "1"],
            cwd=folder,
            env={**os.environ, "ZOO_HOME": str(home)},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    outputs = {"long": run("--long"), "table": run(), "json": run("--json")}
    outputs["csv"] = run("--csv", "--report", "page.html")
    return Printed(html=(folder / "page.html").read_text("utf-8"), paths=paths, **outputs)


def controls(text: str) -> set[str]:
    """Characters that do something: control, direction, separators, halves of others."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")} - {"\n"}


def test_no_output_holds_a_control_character(printed: Printed) -> None:
    for name in ("long", "table", "json"):
        assert controls(getattr(printed, name)) == set(), name
    assert controls(printed.csv.replace("\r\n", "\n")) == set()
    assert controls(printed.html) == set()


def test_every_file_has_one_line_and_no_more(printed: Printed) -> None:
    rows = printed.table.split("\n\n")[0].splitlines()[1:]
    assert [row.split()[0] for row in rows] == [a.deserved.split()[0] for a in DISPLAYED]
    assert printed.csv.count("\r\n") == 1 + len(DISPLAYED)
    assert max(map(len, printed.long.splitlines())) < 400


def test_json_has_the_exact_names(printed: Printed) -> None:
    assert printed.json.isascii()
    files = [entry["file"] for entry in json.loads(printed.json)["files"]]
    names = [os.fsencode(p.name).decode("utf-8", "replace") for p in printed.paths.values()]
    assert [Path(file).name for file in files] == names


def test_no_cell_is_computed(printed: Printed) -> None:
    rows = list(csv.DictReader(io.StringIO(printed.csv, newline="")))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA)]
    names = [a.name for a in DISPLAYED]
    assert rows[names.index("formula")]["generator"].startswith("'=HYPERLINK")


def test_the_page_holds_text_and_no_script(printed: Printed) -> None:
    page = Page(printed.html)
    assert len(page.articles) == len(DISPLAYED)
    names = {name for name, _ in page.elements}
    assert not names & {"script", "iframe", "object", "embed", "form", "base", "link"}
    attributes = [(key, value) for _, a in page.elements for key, value in a.items()]
    assert not [key for key, _ in attributes if key.startswith("on")]
    assert not [
        v for k, v in attributes if k in ("src", "href") and not v.startswith(("data:image/", "#"))
    ]


@pytest.mark.parametrize("attack", DISPLAYED, ids=lambda a: a.name.replace(" ", "-"))
def test_the_harmless_rest_is_shown(attack: Attack, printed: Printed) -> None:
    """Otherwise nothing of the above would have been tried."""
    article = Page(printed.html).articles[DISPLAYED.index(attack)]
    assert any(word in article for word in ("Tool", "Title", "Agency", "gpj.png", "odd")), article
