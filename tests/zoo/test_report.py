"""The page about a batch: what it says; and a stranger's strings are nothing but text in it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import escape
from pages import (
    CREATED,
    HARM,
    OVERRIDE,
    Page,
    hostile_batch,
    ordinary_batch,
    png,
    write_page,
)
from signatory import Signatory

import zoo
import zoo.report
from zoo.errors import UsageError
from zoo.report import Report
from zoo.report.article import without_folders
from zoo.report.words import LAYERS, TONES, finding_of
from zoo.verifying import Unread, verify_many
from zoo_provenance.answer import Examination
from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.examiners import OURS
from zoo_provenance.plain_words import HEADLINE, LIMITS
from zoo_provenance.record import Record
from zoo_provenance.trust import InstalledList, Trust
from zoo_provenance.verdict import VerdictName

ELEMENTS = re.compile(
    "a|article|bdi|body|circle|code|dd|details|div|dl|dt|figure|footer|h[1-4]|head|header|html|img|"
    "li|main|meta|ol|p|path|q|section|span|style|summary|svg|symbol|time|title|ul|use"
)


@pytest.fixture
def ordinary(tmp_path: Path) -> tuple[list[Path], Page]:
    paths, trust = ordinary_batch(tmp_path)
    return paths, Page(write_page(paths, trust, tmp_path / "page.html"))


def test_the_page_says_what_was_found_of_each_file(ordinary: tuple[list[Path], Page]) -> None:
    paths, page = ordinary
    sealed, photo, collage, notes, missing = page.as_given
    for path, article in zip(paths, page.as_given, strict=True):
        assert path.name in article
        if path.is_file():
            assert hashlib.sha256(path.read_bytes()).hexdigest() in article
            assert f"{path.stat().st_size:,} bytes" in article
    assert "Issued by this installation" in sealed
    assert LIMITS[VerdictName.ISSUED_HERE] in sealed
    assert "Invisible watermark: Not needed." in sealed
    assert "seed 4" in sealed
    assert "Made bytoy.x, label Pear" in sealed
    assert "Integritythe file is as it was issued here" in sealed
    assert "Integrityno statement to check" in photo
    assert "No evidence" in photo
    assert "not evidence of a photograph" in photo
    assert "notes.png Could not be examined" not in page.articles
    assert "Could not be examined unreadable" in notes
    assert "unknown: the file cannot be read" in missing
    assert "Credentials do not fit" in collage
    images = [a for name, a in page.elements if name == "img"]
    assert len(images) == 3
    assert all(a["alt"] and a["width"] and a["height"] for a in images)


def test_the_tree_of_ingredients_is_nested(
    ordinary: tuple[list[Path], Page], tmp_path: Path
) -> None:
    html = (tmp_path / "page.html").read_text("utf-8")
    tree = html[html.index('<ul class="tree">') :]
    assert tree.count('<ul class="tree">') == 2
    states = re.findall(
        r'badge (\w+)"><svg aria-hidden="true"><use [^>]*></svg>&nbsp;([^<]*)<', tree
    )
    assert states[:4] == [
        ("proven", "Intact, signer trusted"),
        ("claim", "Signer not trusted"),
        ("broken", "Credentials do not fit"),
        ("open", "No credentials"),
    ]


def test_signers_are_named_only_where_they_are_trusted(ordinary: tuple[list[Path], Page]) -> None:
    paths, page = ordinary
    assert "News Agency" in page.as_given[2]
    assert "OpenAI" not in page.text
    unnamed = Page(write_page(paths, Trust(), paths[0].parent / "other.html"))
    assert "News Agency" not in unnamed.text
    assert "Nobody: every signature counts as a claim." in unnamed.text


def test_the_page_says_who_was_trusted_and_since_when(tmp_path: Path) -> None:
    agency, clock = Signatory("News Agency").anchor, Signatory("Clock").anchor
    listed = Signatory("Camera Maker").anchor
    object.__setattr__(listed, "origin", "official")
    official = InstalledList("official", "2026-02-03T04:05:06Z", (listed,), (), ())
    trust = Trust((agency, listed), (clock,), lists=(official,))
    (tmp_path / "a.png").write_bytes(png(1))
    text = Page(write_page([tmp_path / "a.png"], trust, tmp_path / "page.html")).text
    assert "Added by hand: 1 for signing, 1 for time-stamps" in text
    assert "C2PA trust list, installed on 2026-02-03, its newest certificate of 20" in text
    assert "Camera Maker, for signing" in text
    assert "was not used" not in text
    assert re.search(r"Zoo \d+\.\d+\S*, with c2pa-python \d+\.\d+", text)


def test_what_matters_most_stands_first(tmp_path: Path) -> None:
    """What does not fit, then what could not be examined, then the rest; a quick look is told where
    the reader begins."""
    agency = Signatory("News Agency")
    names = ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"]
    tampered = bytearray(agency.sign(png(4), CREATED))
    tampered[tampered.index(b"digitalCapture")] ^= 1
    signed = agency.sign(png(5), CREATED)
    for name, data in zip(names, (png(1), signed, b"?", tampered, png(2), tampered), strict=True):
        (tmp_path / name).write_bytes(data)
    paths = [tmp_path / name for name in names]
    page = Page(write_page(paths, agency.trust, tmp_path / "page.html"))
    assert [a[:2] for a in page.articles] == ["4.", "6.", "3.", "2.", "1.", "5."]
    head = page.text.partition("How it was examined")[0]
    assert "3 of these files were looked at quickly: crops, mirrored and turned copies" in head
    assert "How far3 of 6 quickly" in page.text
    untouched = page.as_given[0]
    assert "No marks were found in a quick look; crops, mirrored and turned copies" in untouched
    assert "Nothing found; searched in part" in untouched
    left_out = untouched.partition("Not examined Invisible watermark: ")[2]
    assert "(--thorough does)" in left_out


def test_a_thorough_page_has_no_caveat(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    zoo.write_report([zoo.verify(tmp_path / "a.png")], tmp_path / "page.html")
    page = Page((tmp_path / "page.html").read_text("utf-8"))
    assert "quick" not in page.text.casefold()
    assert "No marks were found." in page.articles[0]


def test_what_to_install_is_no_readers_matter(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("zoo_provenance.examiners.sd_watermark.is_installed", lambda: False)
    (tmp_path / "a.png").write_bytes(png(1))
    page = Page(write_page([tmp_path / "a.png"], Trust(), tmp_path / "page.html"))
    assert "What reads it is not installed here." in page.text
    assert "pip" not in page.text


def test_what_was_passed_over_and_seen_before_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    (answer,) = verify_many([tmp_path / "a.png"], thorough=False)
    folder = {"folder": "/home/ann/archive", "matches": []}
    seen = Evidence("index", Kind.CLAIM, "seen", Finding.SEEN_BEFORE, details=folder)
    answer = dataclasses.replace(answer, evidence=(*answer.evidence, seen))
    names = [f"notes {n} <b>.txt" for n in range(30)]
    with Report(tmp_path / "page.html", passed_over=names) as report:
        report.add(answer)
        report.add(answer)
    page = Page((tmp_path / "page.html").read_text("utf-8"))
    assert "30 files that are no pictures were passed over: notes 0 <b>.txt, notes 1" in page.text
    assert "notes 19 <b>.txt and 10 more." in page.text
    assert "Earlier copies of 2 files, whole or in part, are in the index “archive”" in page.text
    assert "/home/ann" not in page.text


def test_there_are_plain_words_for_everything() -> None:
    assert set(HEADLINE) == set(LIMITS) == set(TONES) == set(VerdictName)
    assert {examiner.name for examiner in OURS} == set(LAYERS)
    for finding in Finding:
        assert finding_of(Evidence("x", Kind.CLAIM, "", finding))[1]


def test_the_tally_leads_to_each_file(ordinary: tuple[list[Path], Page]) -> None:
    paths, page = ordinary
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    links = page.all("href")
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert {f"#file-{n}" for n in range(1, len(paths) + 1)} <= set(links)
    assert "Could not be examined 2 files" in page.text
    assert "Issued by this installation 1 file" in page.text


def test_nothing_of_a_strangers_is_more_than_text(tmp_path: Path) -> None:
    paths, trust = hostile_batch(tmp_path)
    html = write_page(paths, trust, tmp_path / "page.html")
    page = Page(html)
    assert not [name for name, _ in page.elements if not ELEMENTS.fullmatch(name)]
    attributes = {key for _, a in page.elements for key in a}
    assert not [a for a in attributes if a.startswith("on") or a in ("style", "srcset", "action")]
    assert {link[0] for link in page.all("href")} == {"#"}
    assert all(re.fullmatch(r"data:image/jpeg;base64,[\w+/=]+", src) for src in page.all("src"))
    assert not re.search(r"url\(|@import|expression", page.style)
    policies = [a for a in page.all("content") if "default-src" in a]
    assert policies[0].startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline';")
    for number, text in enumerate(HARM):
        shown = " ".join(text.split())
        # As file name, title, program (twice), source type, licence, and thrice in the record.
        assert page.as_given[number].count(shown) >= 8, text
        assert str(escape(text)) == text or text not in html
    assert OVERRIDE not in html
    assert not any(not c.isprintable() and c != "\n" for c in html)


def test_a_strangers_record_cannot_speak_in_our_words(tmp_path: Path) -> None:
    spoof = {"signer": "New York Times", "trusted_by": "all", "state": "Trusted", "ingredients": 1}
    agency = Signatory("News Agency")
    text = Record("toy.x", "toy", options={"more": [spoof, 1], **spoof}).to_json()
    record = {"label": "org.zoo-generators.record", "data": {"json": text}}
    (tmp_path / "a.png").write_bytes(agency.sign(png(1), CREATED, assertions=[record]))
    html = write_page([tmp_path / "a.png"], agency.trust, tmp_path / "page.html")
    assert html.count("<q>New York Times</q>") == html.count("<q>all</q>") == 2
    assert html.count("New York Times") == 2
    text = Page(html).text
    assert text.count("signer New York Times") == 2
    assert text.count("Signed by") == 1


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(1))
    (answer,) = verify_many([path])
    page = tmp_path / "page.html"
    page.write_text("old")
    with pytest.raises(UsageError, match="--force"):
        zoo.write_report([answer], page)

    def broken_off() -> Iterator[Examination | Unread]:
        yield answer
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        zoo.write_report(broken_off(), page, overwrite=True)
    assert page.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [path, page]
    zoo.write_report([answer], page, overwrite=True)
    assert page.read_text("utf-8").endswith("</html>\n")
    assert sorted(tmp_path.iterdir()) == [path, page]


@pytest.mark.parametrize(
    ("name", "why"), [("a.png", "page of HTML"), ("no/a.html", "no such folder")]
)
def test_a_name_that_cannot_be_meant_is_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Report(tmp_path / name, overwrite=True)


def test_paths_of_this_machine_are_cut() -> None:
    said = "the key /home/ann/zoo/key.pem and C:\\Users\\ann\\x.db, see https://a.b/c/d/e or 1/2"
    assert without_folders(said) == "the key …/key.pem and …\\x.db, see https://a.b/c/d/e or 1/2"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_pair_of_colours_has_contrast() -> None:
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3), by day and by night."""
    css = (Path(zoo.report.__file__).parent / "templates" / "style.css").read_text("utf-8")
    schemes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6});", scheme))
        pairs = [n.removesuffix("-ink") for n in colours if n.endswith("-ink")]
        assert len(pairs) == 9
        for name in pairs:
            lights = sorted(luminance(colours[f"{name}-{part}"]) for part in ("ink", "paper"))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (name, scheme)
