"""``zoo evaluate``: scores with their conditions, refusals, exclusions, and what it resumes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pages import Page
from PIL import Image

pytestmark = pytest.mark.usefixtures("colour_judge")

NAMES = {
    "inception_score", "frechet_distance", "kernel_distance", "precision", "recall", "density",
    "coverage", "vendi_score", "label_accuracy", "nearest_train_distance",
}  # fmt: skip


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """24 noisy pictures of two sizes, in folders Red and Blue."""
    rng = np.random.default_rng(0)
    for index in range(24):
        label, side = ("Red", "Blue")[index % 2], (16, 40)[index % 3 == 0]
        pixels = rng.integers(0, 255, (side, side, 3), np.uint8)
        path = tmp_path / "photos" / label / f"{index:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path / "photos"


def test_a_model_against_a_packed_data_set(call_zoo, tiny_model: Path, discs: Path) -> None:
    done = call_zoo("evaluate", "--model", tiny_model, "--against", discs, "--train",
                    f"{discs}:train", "-n", "40", "--force")  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = done.stdout
    assert re.search(r"features +tinted@[0-9a-f]{12}, antialiased bilinear to 32 x 32", text)
    assert re.search(r"reference +\S+discs:test, n = 16", text)
    assert "n = 40, seed 0" in text
    assert "20 subsamples of 20 without replacement" in text
    for name in NAMES - {"inception_score"}:
        assert re.search(rf"^{name} \(tinted\) .+ -?[\d.e-]+!? \[.+, .+\]", text, re.MULTILINE), (
            name
        )
    assert "inception_score (labels)" in text
    assert "FID" not in text
    assert "!: measured by --force" in text
    assert "n = 40, the reference's 16: compare" in text


def test_json_of_one_set(call_zoo, tiny_model: Path, discs: Path, tmp_path: Path) -> None:
    done = call_zoo("evaluate", tiny_model, "--against", discs, "-n", "40", "--json",
                    "--report", tmp_path / "out")  # fmt: skip
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["schema"] == 1
    conditions = table["conditions"]
    assert conditions["features"] == "tinted"
    assert conditions["resize"].startswith("antialiased")
    assert (conditions["n"], conditions["reference_n"]) == (40, 16)
    assert re.fullmatch("[0-9a-f]{12}", conditions["revision"])
    measures = {m["name"]: m for m in table["measures"]}
    assert measures.keys() >= NAMES - {"frechet_distance", "nearest_train_distance"}
    for measure in measures.values():
        low, high = measure["interval"]
        assert low <= measure["value"] <= high or measure["name"] == "recall"
    assert {r["name"] for r in table["refused"]} >= {"frechet_distance", "nearest_train_distance"}
    assert json.loads((tmp_path / "out" / "scores.json").read_text()) == table


def test_unlike_features_never_share_a_table(call_zoo, photos: Path, discs: Path) -> None:
    words = ("evaluate", photos, discs, "--against", f"{discs}:train", "-n", "16",
             "--features", "tinted", "--features", "eurosat", "--measures",
             "kernel_distance,inception_score")  # fmt: skip
    done = call_zoo(*words)
    assert done.returncode == 0, done.stderr
    first, second = re.split(r"\n\n(?=features)", done.stdout)
    assert "kernel_distance (tinted)" in first
    assert "eurosat" not in first
    assert "kernel_distance (eurosat)" in second
    assert "tinted" not in second
    for table in (first, second):
        head = next(x for x in table.splitlines() if "real pictures" not in x and "photos" in x)
        assert "photos" in head
        assert f"{discs}:test" in table
    evaluations = json.loads(call_zoo(*words, "--json").stdout)["evaluations"]
    assert [(Path(e["set"]).name, e["conditions"]["features"]) for e in evaluations] == [
        ("photos", "tinted"), ("discs:test", "tinted"),
        ("photos", "eurosat"), ("discs:test", "eurosat"),
    ]  # fmt: skip


def test_what_was_seen_is_kept(call_zoo, photos: Path, discs: Path, tmp_path: Path) -> None:
    words = ("evaluate", photos, "--against", discs, "--measures", "kernel_distance")
    first = call_zoo(*words)
    assert "looks at" in first.stderr
    again = call_zoo(*words)
    assert again.stdout == first.stdout
    assert "looks at" not in again.stderr
    elsewhere = call_zoo(*words, "--cache", tmp_path / "kept")
    assert "looks at" in elsewhere.stderr
    assert "looks at" in call_zoo(*words, "--no-cache").stderr
    Image.new("RGB", (16, 16), "red").save(photos / "Red" / "00.png")
    assert "looks at" in call_zoo(*words).stderr  # it is another set now


def test_unreadable_pictures_are_stated(call_zoo, photos: Path) -> None:
    (photos / "Red" / "00.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (photos / "Blue" / "01.png").write_bytes(b"")
    done = call_zoo("evaluate", photos, "--measures", "vendi_score")
    assert done.returncode == 0, done.stderr
    assert "n = 22" in done.stdout
    assert re.search(r"left out: 2 files: Blue/01.png \(.+; Red/00.png \(", done.stdout)
    assert "22 pictures are all there are; 5,000 were asked for" in done.stdout
    excluded = json.loads(call_zoo("evaluate", photos, "--json").stdout)["excluded"]
    assert [Path(e["file"]).name for e in excluded] == ["01.png", "00.png"]
    assert all(e["why"] for e in excluded)


@pytest.mark.parametrize(("files", "message"), [(0, "holds no pictures"), (1, "has one picture")])
def test_none_or_one_is_an_error(call_zoo, tmp_path: Path, files: int, message: str) -> None:
    (tmp_path / "few").mkdir()
    for index in range(files):
        Image.new("RGB", (20, 20)).save(tmp_path / "few" / f"{index}.png")
    done = call_zoo("evaluate", tmp_path / "few", "--json")
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert done.stderr.count("\n") <= 2
    assert not done.stdout


def test_a_network_that_gives_no_numbers_is_an_error(call_zoo, photos: Path) -> None:
    import torch

    from zoo.plugins import plugin_manager
    from zoo.training.export import write_weights
    from zoo_judge.network import classifier

    shape = {"labels": 3, "architecture": "resnet10t", "channels": [8, 8, 8, 8]}
    network = classifier(**shape)
    for layer in network.modules():
        if isinstance(layer, torch.nn.Conv2d):
            torch.nn.init.constant_(layer.weight, 6e4)  # which float16 can hold
    folder = Path(os.environ["ZOO_TINTED_JUDGE"])
    write_weights(network, folder / "judge.safetensors", {"network": json.dumps(shape)},
                  {"labels": ["blue", "RED", "green"]})  # fmt: skip
    plugin_manager.cache_clear()
    done = call_zoo("evaluate", photos, "--features", "tinted")
    assert done.returncode == 2
    assert "the features of 24 of 24 pictures are not finite numbers" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "zoo evaluate --model MODEL"),
        (("stylegan-light",), "did you mean 'stylegan-lite"),
        (("vae-lite", "--measures", "fid"), "unknown measure 'fid'"),
        (("vae-lite", "--features", "nobody"), "eurosat, tinted; fid, first as fid:FILE; timm:"),
        (("vae-lite", "--against", "nosuch"), "a folder of pictures, a packed data set, FOLDER:"),
        (("vae-lite", "--train", "nosuch"), "data that ship with Zoo: eurosat, fruits360"),
        (("vae-lite", "--train", "fruits360:test"), "it takes the train pictures"),
        (("vae-lite", "--option", "steps=4"), "unknown option 'steps'"),
        (("vae-lite", "--option", "temperature"), "NAME=VALUE"),
        (("vae-lite", "vae-lite.fruits360"), "among the sets twice"),
        (("nowhere/at-all",), "no such folder"),
    ],
)
def test_wrong_usage_is_one_line(call_zoo, words: tuple[str, ...], message: str) -> None:
    done = call_zoo("evaluate", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_a_report_that_cannot_be_written_is_an_error_at_once(call_zoo, photos: Path) -> None:
    done = call_zoo("evaluate", photos, "--report", photos / "Red" / "00.png" / "out")
    assert done.returncode == 2
    assert "no report can be written" in done.stderr
    assert "looks at" not in done.stderr


def test_a_page(call_zoo, tiny_model: Path, discs: Path, tmp_path: Path) -> None:
    """A model's pictures are sealed as such, and beside train pictures as a composite; those of the
    data alone are not. The folder is ours to replace, until something else lies in it."""
    out = tmp_path / "out"
    words = ("evaluate", tiny_model, "--against", discs, "--train", f"{discs}:train", "-n", "40",
             "--measures", "label_accuracy,near_train_share,coverage", "--report", out)  # fmt: skip
    for _ in range(2):
        done = call_zoo(*words)
        assert done.returncode == 0, done.stderr
    assert f"report: {out / 'index.html'}" in done.stderr
    page = Page((out / "index.html").read_text("utf-8"))
    assert "Of 40 pictures, " in page.text
    assert "label_accuracy (tinted)" in page.text
    assert all((out / source).is_file() for source in page.all("src"))
    sheets = json.loads(call_zoo("verify", out / "sheets", "--json").stdout)["files"]
    origins = {Path(f["file"]).name: (f["verdict"], f["origin"]) for f in sheets}
    assert origins == {
        "1-samples.png": ("issued-here", "ai"),
        "1-1-pairs.png": ("issued-here", "ai-edited"),
        "1-reference.png": ("no-evidence", "unknown"),
    }
    (out / "notes.txt").write_text("mine")
    refused = call_zoo(*words)
    assert refused.returncode == 2
    assert "holds something else than an earlier report (notes.txt)" in refused.stderr
    assert "looks at" not in refused.stderr
    assert "--overwrite" in refused.stderr
    assert call_zoo(*words, "--force").returncode == 2  # which is about too few pictures
    assert call_zoo(*words, "--overwrite").returncode == 0
    assert (out / "notes.txt").read_text() == "mine"


def test_the_measures_are_listed(call_zoo) -> None:
    text = call_zoo("evaluate", "--list")
    assert text.returncode == 0
    assert re.search(r"^frechet_distance .+\(needs reference\)", text.stdout, re.MULTILINE)
    found = json.loads(call_zoo("evaluate", "--list", "--json").stdout)["measures"]
    assert {m["name"] for m in found} >= NAMES
    assert {m["name"]: m["least"] for m in found}["frechet_distance"] == 2048


def test_ctrl_c_leaves_no_half_answer_and_goes_on(
    run_zoo, tiny_model: Path, tmp_path: Path
) -> None:
    command = ["evaluate", str(tiny_model), "-n", "1500", "--measures", "vendi_score", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo_cli", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert process.stderr is not None
    assert "looks at" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=120)
    assert process.returncode == 130
    assert not out
    assert "the same command goes on" in rest
    kept = [*Path(os.environ["ZOO_HOME"]).glob("cache/features/*/*.safetensors")]
    assert kept
    before = {path: path.stat().st_mtime_ns for path in kept}
    done = run_zoo(*command)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["conditions"]["n"] == 1500
    assert {path: path.stat().st_mtime_ns for path in kept} == before


def test_a_bundled_model_needs_nothing_else(call_zoo) -> None:
    """Its reference ships; the note says that it learnt from the very network that judges it."""
    done = call_zoo("evaluate", "--model", "stylegan-lite", "-n", "160", "--json")
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    conditions = table["conditions"]
    assert (conditions["reference"], conditions["reference_n"]) == ("fruits360:test", 4944)
    assert (conditions["train"], conditions["train_n"]) == ("fruits360:train", 14832)
    assert "trained with the features of fruits360: not independent" in conditions["notes"]
    measures = {m["name"]: m for m in table["measures"]}
    assert measures["label_accuracy"]["value"] > 0.97
    assert measures["near_train_share"]["value"] < 0.05
    assert measures["precision"]["real"] > measures["precision"]["value"]
    refused = {r["name"]: r["why"] for r in table["refused"]}
    assert refused.keys() == {"frechet_distance", "recall", "coverage"}
    assert "160 pictures beside 4,944; 2,472 at least are needed" in refused["recall"]
    assert (conditions["held_out"], conditions["real"]) == ("fruits360:test", "fruits360:train")
    assert (measures["precision"]["real_of"], measures["vendi_score"]["real_of"]) == (
        "train", "reference")  # fmt: skip
    assert measures["spectrum_distance"]["real"] is None
    assert "give the pictures themselves" in measures["spectrum_distance"]["real_why"]
    assert any("other angles of a turntable" in note for note in conditions["notes"])
    eurosat = json.loads(call_zoo("evaluate", "stylegan-lite", "-n", "32", "--json", "--features",
                                  "eurosat", "--measures", "kernel_distance").stdout)  # fmt: skip
    assert not [n for n in eurosat["conditions"]["notes"] if "independent" in n]
    assert eurosat["conditions"]["reference"] == "fruits360:test"


def test_a_folder_against_data_that_ship(call_zoo, photos: Path) -> None:
    words = ("evaluate", photos, "--against", "fruits360", "--measures", "kernel_distance")
    done = call_zoo(*words, "--features", "fruits360", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["conditions"]["reference"] == "fruits360:test"
    other = call_zoo(*words, "--features", "tinted")
    assert other.returncode == 2
    assert "no features of fruits360 ship for tinted" in other.stderr
