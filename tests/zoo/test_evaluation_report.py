"""The report: what its page says, its plots and sheets, and what a stranger's names do in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pages import HANDLER, OVERRIDE, Page
from PIL import Image
from reports import LABELS, a_set, evaluated, noisy

import zoo
from zoo.errors import UsageError
from zoo.evaluation.report import check_folder, write_evaluations
from zoo.evaluation.report.words import percent
from zoo.evaluation.result import Evaluation
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType

HARMFUL = ["$x^{2$", HANDLER.replace("/", ""), f"a{OVERRIDE}b\n\x1b[31m", "{{ 7 * 7 }}"]
NAMES = (*HARMFUL, *LABELS[len(HARMFUL) :])


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluated(noisy("mine", 96, 1), a_set("theirs", 120, 2), a_set("trained", 120, 3))


@pytest.fixture(scope="module")
def written(evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report."""
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZOO_HOME", str(folder / "home"))
        write_evaluations([evaluation], folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def brief() -> Evaluation:
    """Of which little is to be drawn."""
    return evaluated(a_set("few", 20, 1), measures=["vendi_score"])


def page_of(folder: Path) -> Page:
    return Page((folder / "index.html").read_text("utf-8"))


def origin(path: Path) -> str:
    return str(zoo.verify(path).verdict.origin)


def test_the_page_says_every_score_in_words(evaluation: Evaluation, written: Path) -> None:
    text = page_of(written).text
    assert "96 pictures of mine, compared with 120 pictures of theirs" in text
    scores = {s.name: s for s in evaluation.scores}
    share = round(96 * scores["precision"].value)
    assert f"Of 96 pictures, {share} ({percent(scores['precision'].value)}) lie where" in text
    assert re.search(r"Of 96 pictures, \d+ \(\d+\.\d %\) show, to the classifier, the label", text)
    assert re.search(r"Of the 120 reference pictures, \d+ \(.+?\) are reached", text)
    assert "are as near to a training picture as 1 % of new real pictures are" in text
    for said in ("colours@0123456789ab", "antialiased bilinear to 64 x 64", "theirs, n = 120",
                 "20 subsamples of 48", "not independent", "bad.png", "lower is"):  # fmt: skip
        assert said in text
    assert "frechet_distance: it means little below 2,048 pictures" in text
    for score in evaluation.scores:
        assert score.shown in text


def test_what_the_folder_holds(evaluation: Evaluation, written: Path) -> None:
    out = written
    table = json.loads((out / "scores.json").read_text())
    assert {m["name"] for m in table["measures"]} == {s.name for s in evaluation.scores}
    images = [a for name, a in page_of(out).elements if name == "img"]
    assert all(len(a["alt"] or "") > 20 for a in images)
    files = {a["src"] for a in images}
    there = {p.relative_to(out).as_posix() for p in out.rglob("*.*")}
    assert there == {*files, "index.html", "scores.json"}
    kinds = {re.sub(r"[\d-]*(\D.*)", r"\1", Path(f or "").stem) for f in files}
    assert kinds >= {"precision-recall", "density-coverage", "spectrum", "nearest-train",
                     "label-label-accuracy", "label-kernel-distance", "count-precision",
                     "samples", "reference", "pairs"}  # fmt: skip
    for plot in out.glob("plots/*.svg"):
        root = ElementTree.fromstring(plot.read_text("utf-8"))
        assert root.tag.endswith("svg")
        assert "prefers-color-scheme: dark" in plot.read_text("utf-8")


def test_labels_have_a_mark_of_real_pictures_too(written: Path) -> None:
    plot = (written / "plots/1-1-label-kernel-distance.svg").read_text("utf-8")
    assert "real pictures" in plot
    assert "The star is what real pictures of the label score" in page_of(written).text


def test_a_reference_of_other_labels_stands_below_and_says_so(tmp_path: Path) -> None:
    mine = a_set("mine", 40, 1)
    other = a_set("theirs", 40, 2, labels=[f"Thing {letter}" for letter in "ABCDEFGH"])
    write_evaluations([evaluated(mine, other, measures=["vendi_score"])], tmp_path / "out")
    html = (tmp_path / "out/index.html").read_text("utf-8")
    sheets = html.split('<div class="sheets">')
    assert "The reference: theirs" not in sheets[1]
    assert "The reference: theirs" in sheets[2]
    assert "Its rows are of other labels than those of the sets above" in sheets[2]


def test_marks_are_named_and_missing_ones_explained(written: Path, tmp_path: Path) -> None:
    text = page_of(written).text
    assert "train pictures, trained; *: the reference, theirs" in text
    bare = evaluated(a_set("mine", 40, 1), a_set("theirs", 40, 2), measures=["precision"])
    write_evaluations([bare], tmp_path / "out")
    assert "No real pictures beside it: no train pictures are known" in page_of(
        tmp_path / "out"
    ).text  # fmt: skip


def test_the_worst_label_is_named(written: Path) -> None:
    plot = (written / "plots/1-1-label-label-accuracy.svg").read_text("utf-8")
    drawn = re.findall(r"Kind [A-H]", plot)
    assert len(drawn) == 8
    assert drawn[0] == "Kind B"  # that some pictures of others were asked for


def test_the_same_report_has_the_same_plots(brief: Evaluation, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_evaluations([brief], tmp_path / name)
    first, second = (
        {p.name: p.read_bytes() for p in tmp_path.glob(f"{name}/plots/*")}
        for name in ("one", "two")
    )
    assert len(first) == 2
    assert first == second


def test_sheets_are_sealed_as_what_they_are(written: Path, monkeypatch) -> None:
    """Of pictures whose origin nobody knows: as a composite, which may hold any. References are
    data, and leave plain."""
    monkeypatch.setenv("ZOO_HOME", str(written.parent / "home"))
    sheets = written / "sheets"
    samples = zoo.verify(sheets / "1-samples.png")
    assert str(samples.verdict.verdict) == "issued-here"
    assert origin(sheets / "1-samples.png") == origin(sheets / "1-1-pairs.png") == "other"
    assert str(zoo.verify(sheets / "1-reference.png").verdict.verdict) == "no-evidence"
    assert "Real pictures: not sealed" in page_of(written).text


def test_marks_of_the_files_are_passed_on(tmp_path: Path) -> None:
    pictures = a_set("issued", 24, 1)
    files = [tmp_path / f"{i}.png" for i in range(24)]
    for i, file in enumerate(files):
        Image.fromarray(pictures.at([i])[0]).save(file)
    record = Record("toy.x", "toy", seed=4)
    for file in files[:20]:
        image = Image.open(file).resize((256, 256))
        seal(image, record, source=SourceType.TRAINED_ALGORITHMIC_MEDIA, out=file, overwrite=True)
    marked = a_set("issued", 24, 1, files=files)
    found = evaluated(marked, train=a_set("trained", 24, 3), measures=["vendi_score"])
    write_evaluations([found], tmp_path / "out")
    for name in ("1-samples.png", "1-1-pairs.png"):
        assert origin(tmp_path / "out/sheets" / name) == "ai-edited"


def test_the_closest_pairs_are_copies_where_there_are(tmp_path: Path) -> None:
    train = a_set("trained", 40, 3)
    mine = a_set("mine", 40, 1)
    mine._pixels[7] = train._pixels[21]
    write_evaluations([evaluated(mine, train=train, measures=["vendi_score"])], tmp_path / "out")
    html = (tmp_path / "out/index.html").read_text("utf-8")
    row = re.search(
        r"<bdi>Kind ., mine 7</bdi></th><td>Kind ., trained 21</td><td>(\S+) away", html
    )
    assert row is not None
    assert float(row[1]) < 1e-3
    sheet = np.asarray(Image.open(tmp_path / "out/sheets/1-1-pairs.png").convert("RGB")).astype(int)
    left, right = sheet[:112, 12:124], sheet[:112, 136:248]
    assert np.abs(left - right).mean() < 2
    assert np.abs(left - sheet[:112, 260:372]).mean() > 5


def test_without_the_train_pictures_it_says_how(brief: Evaluation, tmp_path: Path) -> None:
    write_evaluations([brief], tmp_path / "out")
    text = page_of(tmp_path / "out").text
    assert "--train PACK" in text
    assert "no training pictures are known" in text
    assert not (tmp_path / "out/sheets/1-reference.png").exists()


def test_unlike_features_never_share_a_group(tmp_path: Path) -> None:
    mine, other, reference = a_set("mine", 40, 1), noisy("other", 40, 5), a_set("theirs", 40, 2)
    only = ["precision", "vendi_score"]
    found = [
        evaluated(s, reference, features=f, measures=only)
        for f in ("one", "two") for s in (mine, other)
    ]  # fmt: skip
    write_evaluations(found, tmp_path / "out")
    page = page_of(tmp_path / "out")
    first, second = page.text.split("As two sees them", 1)
    assert "precision (one)" in first
    assert "(two)" not in first
    assert "(one)" not in second.split("The pictures")[0]
    samples = [a["src"] for name, a in page.elements if name == "img" and "samples" in a["src"]]
    assert samples == ["sheets/1-samples.png", "sheets/2-samples.png"]


def test_strangers_names_are_text(tmp_path: Path) -> None:
    reference = a_set(f"<b>{OVERRIDE}r</b>", 40, 2, labels=NAMES)
    mine = a_set("'><img src=x onerror=alert(1)>", 40, 1, labels=NAMES)
    write_evaluations([evaluated(mine, reference, labels=NAMES)], tmp_path / "out")
    page = page_of(tmp_path / "out")
    assert not [a for _, a in page.elements if any(key.startswith("on") for key in a)]
    assert {a["src"].split("/")[0] for n, a in page.elements if n == "img"} == {"plots", "sheets"}
    assert "script" not in {name for name, _ in page.elements}
    assert any("{{ 7 * 7 }}" in alt for alt in page.all("alt"))
    assert OVERRIDE not in page.text
    for plot in tmp_path.glob("out/plots/*.svg"):
        root = ElementTree.fromstring(plot.read_text("utf-8"))
        assert "script" not in {e.tag.rsplit("}")[-1] for e in root.iter()}
    svg = (tmp_path / "out/plots/1-1-label-kernel-distance.svg").read_text("utf-8")
    assert "$x^{2$" in svg


def test_another_folder_is_left_alone(brief: Evaluation, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "sheets").mkdir(parents=True)
    (out / "sheets" / "mine.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"something else than an earlier report .*--overwrite"):
        check_folder(out)
    with pytest.raises(UsageError, match="--overwrite"):
        write_evaluations([brief], out)
    assert [p.name for p in out.rglob("*.*")] == ["mine.png"]
    write_evaluations([brief], out, overwrite=True)
    assert (out / "sheets" / "mine.png").read_bytes() == b"mine"
    assert (out / "index.html").is_file()
    other = tmp_path / "site"
    other.mkdir()
    (other / "index.html").write_text("<h1>Mine</h1>")
    with pytest.raises(UsageError, match=r"index\.html"):
        check_folder(other)


def test_an_earlier_report_is_replaced(brief: Evaluation, tmp_path: Path) -> None:
    out = tmp_path / "out"
    train = a_set("trained", 24, 3)
    write_evaluations([evaluated(a_set("mine", 24, 1), train=train, measures=["vendi_score"])], out)
    assert (out / "sheets/1-1-pairs.png").exists()
    (out / "sheets" / "mine.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"sheets/mine\.png"):
        check_folder(out)
    write_evaluations([brief], out, overwrite=True)
    assert (out / "sheets" / "mine.png").read_bytes() == b"mine"
    assert "20 pictures of few" in page_of(out).text
    assert not (out / "sheets/1-1-pairs.png").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_breaks_off_leaves_no_page(
    brief: Evaluation, tmp_path: Path, monkeypatch, error: type[BaseException]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    out = tmp_path / "out"
    write_evaluations([brief], out)
    with monkeypatch.context() as patch:
        patch.setattr("zoo.evaluation.report.folder.Sealer.seal", broken)
        with pytest.raises(error):
            write_evaluations([brief], out)
    assert not [*out.rglob("*")]
    write_evaluations([brief], out)
    assert (out / "index.html").exists()
