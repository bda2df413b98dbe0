"""Batches for reports, an ordinary one and one that means harm, and pages as a parser sees them."""

from __future__ import annotations

import io
import os
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from PIL import Image
from signatory import Signatory

import zoo
from zoo.verifying import verify_many
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import IPTC, SourceType
from zoo_provenance.trust import Trust

CREATED = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}
PLACED = {"action": "c2pa.placed", "parameters": {"ingredientIds": ["ingredient0"]}}
OPENED = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["ingredient0"]}}
SCRIPT = "<script>window.harm = 1</script>"
HANDLER = '" autofocus onfocus="window.harm = 1" x=\''
HARM = [
    SCRIPT,
    HANDLER,
    "'><img src=x onerror='window.harm = 1'>",
    "</style></title></details><svg onload=window.harm=1>",
    "{{ 7 * 7 }}{% raw %}",
    "data:text/html;base64,PHNjcmlwdD4=",
    "javascript:window.harm=1",
    "<base href=http://127.0.0.1:9/><link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "&lt;b&gt; &quot;",
]
OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"


def picture(seed: int, size: int = 128) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC)


def png(seed: int) -> bytes:
    out = io.BytesIO()
    picture(seed).save(out, "PNG")
    return out.getvalue()


def ordinary_batch(folder: Path) -> tuple[list[Path], Trust]:
    """A sealed picture, a photograph without marks, a collage of an agency's with a stranger's
    picture and a tampered one in it, a file of no kind, and one that is missing.
    """
    agency, stranger = Signatory("News Agency"), Signatory("OpenAI")
    record = Record("toy.x", "toy", seed=4, label="Pear")
    sealed = folder / "sealed.png"
    seal(picture(1), record, source=SourceType.TRAINED_ALGORITHMIC_MEDIA, out=sealed)
    picture(2).save(folder / "photo.jpg")
    theirs = stranger.sign(png(3), CREATED)
    tampered = bytearray(agency.sign(png(4), CREATED))
    tampered[tampered.index(b"digitalCapture")] ^= 1
    first = agency.sign(png(5), CREATED)
    parts = [theirs, bytes(tampered), png(6)]
    collage = agency.sign(first, CREATED, PLACED, parents=parts, relationship="componentOf")
    whole = agency.sign(collage, OPENED, parents=[collage])
    (folder / "collage.png").write_bytes(whole)
    (folder / "notes.png").write_text("no picture")
    names = ["sealed.png", "photo.jpg", "collage.png", "notes.png", "missing.png"]
    return [folder / name for name in names], agency.trust


def hostile_batch(folder: Path) -> tuple[list[Path], Trust]:
    """Every string that a stranger can put somewhere is one of HARM, in trusted manifests, too."""
    agency = Signatory("News Agency")
    paths = []
    for number, text in enumerate(HARM):
        terms = {"dc:rights": text, "xmpRights:UsageTerms": text}
        about = {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, **terms}
        record = Record("toy.x", "toy", label=text, options={text: text}, trained_on=text)
        assertions = [
            {"label": "cawg.metadata", "kind": "Json", "data": about},
            {"label": "org.zoo-generators.record", "data": {"json": record.to_json()}},
        ]
        actions = [{"action": "c2pa.created", "digitalSourceType": text}]
        inner = agency.sign(png(number), *actions, generator=text)
        data = agency.sign(
            png(number),
            CREATED,
            PLACED,
            parents=[inner],
            relationship="componentOf",
            assertions=assertions,
            title=text,
            generator=text,
        )
        name = text.replace("/", "") if os.name == "posix" else ""
        path = folder / f"{number} {name}.png"
        path.write_bytes(data)
        paths.append(path)
    if os.name == "posix":
        path = folder / f"a\nb{OVERRIDE}gpj.png"
        path.write_bytes(png(50))
        paths.append(path)
    polyglot = folder / "polyglot.png"
    polyglot.write_bytes(png(51) + f"<html>{SCRIPT}</html>".encode())
    vector = folder / "vector.png"
    vector.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" onload="harm()">{SCRIPT}</svg>')
    return [*paths, polyglot, vector], agency.trust


def write_page(paths: list[Path], trust: Trust, to: Path) -> str:
    """The page about these files, as text. Time is spared: marks of crops are not searched for."""
    zoo.write_report(verify_many(paths, trust=trust, thorough=False), to, trust=trust)
    return to.read_text("utf-8")


class Page(HTMLParser):
    """Elements as (name, attributes), visible text, and the text of each article."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.articles: list[str] = []
        self._texts: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(html)
        self.text = " ".join("".join(self._texts).split())
        self.articles = [" ".join(a.split()) for a in self.articles]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag == "article":
            self.articles.append("")
        if tag == "style":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.style += data
            return
        self._texts.append(data)
        if self.articles:
            self.articles[-1] += data

    @property
    def as_given(self) -> list[str]:
        """The articles in the order in which the files were given: each begins with its number."""
        return sorted(self.articles, key=lambda text: int(text.partition(".")[0]))

    def all(self, attribute: str) -> list[str]:
        return [a[attribute] for _, a in self.elements if attribute in a]
