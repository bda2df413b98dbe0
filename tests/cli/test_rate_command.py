"""``zoo rate`` begins studies: which pictures, how they are matched, and what it refuses."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from studies import Served, write_study

from zoo.rating.store import Answers, open_answers
from zoo_provenance.record import Record


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of 20 x 24 pictures, six of Red and six of blue, one that is too small for
    anything, and one that is no picture."""
    folder = tmp_path / "photos"
    chance = np.random.default_rng(1)
    for label in ("Red", "blue"):
        (folder / label).mkdir(parents=True)
        for number in range(6):
            pixels = chance.integers(0, 256, (20, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{number}.png")
    (folder / "Red" / "broken.png").write_text("no picture")
    return folder


def studied(done, file: Path) -> Answers:
    assert done.returncode == 0, done.stderr
    return open_answers(file)


def test_real_and_generated_pictures_of_the_same_labels(
    call_zoo, tiny_model: Path, photos: Path, tmp_path: Path
) -> None:
    file = tmp_path / "study.sqlite"
    words = ("rate", "real-or-generated", "--real", photos, "--generated", tiny_model, "-n", "20",
             "--seed", "3", "--raters", "2", "--out", file, "--prepare-only")  # fmt: skip
    done = call_zoo(*words)
    study = studied(done, file)
    assert study.study.side == 16  # the model's, whose pictures are the smaller
    assert "labels are matched" in done.stderr
    assert "broken.png" in done.stderr
    items = [item for item in study.items.values() if not item.damaged]
    counts = Counter((item.generated, (item.label or "").casefold()) for item in items)
    assert counts == {(real, label): 5 for real in (True, False) for label in ("red", "blue")}
    for item in items:
        with Image.open(io.BytesIO(study.picture(item.sha256))) as image:
            assert image.size == (16, 16)
            assert not image.info
        if item.generated:
            assert Record.from_json(item.record).label == item.label
        else:
            assert item.record is None
            assert (photos / item.source).is_file()
    assert len({item.source for item in items}) == 20
    for trial in study.trials():
        truth = "generated" if trial.catch or trial.items[0].generated else "real"
        assert trial.expected == (truth,)
    assert sum(trial.catch for trial in study.trials(1)) == 2


def strangers(photos: Path) -> Path:
    """Pictures of labels that the model does not know."""
    (photos / "Red" / "broken.png").unlink()
    (photos / "Red").rename(photos / "Cat")
    (photos / "blue").rename(photos / "Dog")
    return photos


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        (lambda photos: photos / "blue", "labels are not matched: none are known of"),
        (strangers, "labels are not matched: the sets have none in common"),
    ],
)
@pytest.mark.parametrize("kind", ["real-or-generated", "which-is-better"])
def test_where_labels_cannot_be_matched_pictures_are_chosen_all_the_same(
    call_zoo, tiny_model: Path, photos: Path, tmp_path: Path, kind: str, folder, why: str
) -> None:
    file, real = tmp_path / "study.sqlite", folder(photos)
    sets = ("--real", real, "--generated", tiny_model)
    words = sets if kind == "real-or-generated" else (real, tiny_model)
    n = 10 if kind == "real-or-generated" else 5
    done = call_zoo("rate", kind, *words, "-n", str(n), "--out", file, "--prepare-only")
    study = studied(done, file)
    assert why in done.stderr
    items = [item for item in study.items.values() if not item.damaged]
    assert len({(item.set, item.source) for item in items}) == 10
    made = [Record.from_json(item.record).label for item in items if item.record]
    assert sorted(set(made)) == ["Blue", "Red"]
    assert len(made) == 5


def test_a_set_of_which_nothing_is_needed_does_no_harm(
    call_zoo, tiny_model: Path, photos: Path, discs: Path, tmp_path: Path
) -> None:
    """One comparison is of the first two sets; the third is a model."""
    file = tmp_path / "study.sqlite"
    done = call_zoo("rate", "which-is-better", photos, f"{discs}:train", tiny_model, "-n", "1",
                    "--out", file, "--prepare-only")  # fmt: skip
    assert len(studied(done, file).items) == 2


def test_a_models_picture_in_a_study_can_be_made_again(
    call_zoo, tiny_model: Path, tmp_path: Path
) -> None:
    """From the record that the study holds, as preferences need it."""
    import zoo

    file = tmp_path / "study.sqlite"
    study = studied(call_zoo("rate", "scales", tiny_model, "-n", "4", "--out", file,
                             "--prepare-only"), file)  # fmt: skip
    item = study.items[0]
    record = Record.from_json(item.record)
    (pictures,) = zoo.load(str(tiny_model)).generate_batches(
        record.index + 1, record.seed, label=record.label, size=16, indices=[record.index]
    )
    with Image.open(io.BytesIO(study.picture(item.sha256))) as image:
        difference = np.asarray(image).astype(int) - pictures[0].pixels.astype(int)
    assert np.abs(difference).max() <= 1


def test_three_sets_are_compared_in_pairs_of_one_label(
    call_zoo, tiny_model: Path, photos: Path, discs: Path, tmp_path: Path
) -> None:
    file = tmp_path / "study.sqlite"
    done = call_zoo("rate", "which-is-better", tiny_model, photos, f"{discs}:train", "-n", "9",
                    "--catches", "0", "--out", file, "--prepare-only")  # fmt: skip
    trials = studied(done, file).trials()
    pairs = Counter(frozenset(item.set for item in trial.items) for trial in trials)
    assert sorted(pairs.values()) == [3, 3, 3]
    for trial in trials:
        one, other = (item.label.casefold() for item in trial.items)
        assert one == other
        assert trial.expected == ()


def test_one_model_is_compared_with_itself(call_zoo, tiny_model: Path, tmp_path: Path) -> None:
    """For preferences: two pictures of one label that differ."""
    file = tmp_path / "study.sqlite"
    done = call_zoo("rate", "which-is-better", tiny_model, "-n", "5", "--out", file,
                    "--prepare-only")  # fmt: skip
    study = studied(done, file)
    assert len({item.record for item in study.items.values()}) == 10
    assert all(t.items[0].label == t.items[1].label for t in study.trials())


def test_pictures_without_labels_are_not_asked_for_fit(
    call_zoo, tmp_path: Path, photos: Path
) -> None:
    flat = photos / "Red"
    file = tmp_path / "study.sqlite"
    done = call_zoo("rate", "scales", flat, "-n", "3", "--out", file, "--prepare-only")
    assert studied(done, file).study.questions == ("aesthetics", "coherence")
    done = call_zoo("rate", "scales", flat, "-n", "3", "--scale", "fit", "--out",
                    tmp_path / "other", "--prepare-only")  # fmt: skip
    assert done.returncode == 2
    assert "needs labels" in done.stderr
    assert not (tmp_path / "other").exists()


def test_a_size_leaves_smaller_pictures_out(call_zoo, tmp_path: Path, photos: Path) -> None:
    Image.new("RGB", (8, 8)).save(photos / "Red" / "tiny.png")
    file = tmp_path / "study.sqlite"
    done = call_zoo("rate", "scales", photos, "-n", "12", "--size", "20", "--out", file,
                    "--prepare-only")  # fmt: skip
    assert studied(done, file).study.side == 20
    done = call_zoo("rate", "scales", photos, "-n", "3", "--size", "24", "--out",
                    tmp_path / "other", "--prepare-only")  # fmt: skip
    assert done.returncode == 2
    assert "too few pictures" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("which-is-better", "PHOTOS", "PHOTOS"), "given twice"),
        (("which-is-better", "no-such-model"), "no-such-model"),
        (("scales", "PHOTOS", "--scale", "beauty"), "aesthetics"),
        (("scales", "PHOTOS", "-n", "40"), "fewer"),
        (("scales", "PHOTOS", "-n", "4", "--catches", "5"), "catches"),
        (("scales", "PHOTOS", "--size", "100000"), "size"),
        (("real-or-generated", "--real", "PHOTOS", "--generated", "EMPTY"), "no pictures"),
        (("real-or-generated", "--real", "PHOTOS", "--generated", "PHOTOS"), "given twice"),
    ],
)
def test_what_cannot_be_studied_is_refused_and_nothing_is_left(
    call_zoo, photos: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    given = {"PHOTOS": str(photos), "EMPTY": str(tmp_path / "empty")}
    done = call_zoo("rate", *(given.get(word, word) for word in words), "--out",
                    tmp_path / "out" / "study.sqlite", "--prepare-only")  # fmt: skip
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert not list(tmp_path.glob("out/*"))


def test_a_study_is_not_begun_over_another(call_zoo, photos: Path, tmp_path: Path) -> None:
    file = tmp_path / "study.sqlite"
    write_study(file, "scales", label="Pear")
    done = call_zoo("rate", "scales", photos, "-n", "3", "--out", file)
    assert done.returncode == 1
    assert f"zoo rate resume {file}" in done.stderr


def test_without_the_extra_it_says_what_to_install(
    call_zoo, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it spends time on pictures; a study can be prepared all the same."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    file = tmp_path / "study.sqlite"
    words = ("rate", "scales", photos, "-n", "3", "--out", file)
    done = call_zoo(*words)
    assert done.returncode == 1
    assert "[rate]" in done.stderr
    assert not file.exists()
    assert call_zoo(*words, "--prepare-only").returncode == 0
    assert "[rate]" in call_zoo("rate", "resume", file).stderr


def test_resuming_keeps_the_links_and_adds_raters(tmp_path: Path) -> None:
    file = tmp_path / "study.sqlite"
    write_study(file, "scales", label="Pear")
    with Served(file) as served:
        before = [link.split("/")[-2] for link in served.links]
        served.kill()
        served.start("--raters", "3")
        after = [link.split("/")[-2] for link in served.links]
    assert len(after) == 3
    assert after[:1] == before


def test_fewer_raters_than_there_are_are_refused(call_zoo, tmp_path: Path) -> None:
    file = tmp_path / "study.sqlite"
    write_study(file, "scales", label="Pear", raters=3)
    done = call_zoo("rate", "resume", file, "--raters", "1")
    assert done.returncode == 2
    assert "raters is 1, but the study has 3" in done.stderr
    assert len(open_answers(file).raters()) == 3


def test_a_port_that_is_taken_is_said(call_zoo, tmp_path: Path) -> None:
    file = tmp_path / "study.sqlite"
    write_study(file, "scales", label="Pear")
    with Served(file) as served:
        done = call_zoo("rate", "resume", file, "--port", str(served.port))
    assert done.returncode == 2
    assert "--port" in done.stderr
    done = call_zoo("rate", "resume", file, "--host", "nowhere.invalid")
    assert done.returncode == 2
    assert "nowhere.invalid" in done.stderr


def test_every_key_of_its_json_is_documented(call_zoo, photos: Path, tmp_path: Path) -> None:
    done = call_zoo("rate", "scales", photos, "-n", "3", "--out", tmp_path / "s", "--prepare-only",
                    "--json")  # fmt: skip
    assert json.loads(done.stdout) == {
        "schema": 1, "study": str(tmp_path / "s"), "page": None, "raters": []
    }  # fmt: skip
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
    section = text.split("## `zoo rate … --json`")[1].split("\n## ")[0]
    for key in ("schema", "study", "page", "raters", "rater", "code", "link"):
        assert f'"{key}"' in section
