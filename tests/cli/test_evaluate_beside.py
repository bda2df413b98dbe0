"""``zoo evaluate``: what a set is compared with, and what is said where that does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.usefixtures("colour_judge")


def noise(folder: Path, n: int, side: int, labels: tuple[str, ...], seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    for index in range(n):
        path = folder / labels[index % len(labels)] / f"{index:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (side, side, 3), np.uint8)).save(path)
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return noise(tmp_path / "photos", 24, 16, ("Red", "Blue"))


def table_of(done: Any) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_copies_are_judged_by_held_out_pictures_of_the_same_data(
    call_zoo, photos: Path, discs: Path, tmp_path: Path
) -> None:
    """Not by a reference from elsewhere, beside which new pictures of the data seem copies."""
    other = noise(tmp_path / "other", 24, 16, ("Red", "Blue"), seed=1)
    words = ("evaluate", f"{discs}:test", "--train", f"{discs}:train", "--measures",
             "near_train_share,nearest_train_distance", "--json")  # fmt: skip
    elsewhere = table_of(call_zoo(*words, "--against", other))
    (refused,) = elsewhere["refused"]
    assert refused["name"] == "near_train_share"
    assert "--held-out SET" in refused["why"]
    (distance,) = elsewhere["measures"]
    assert distance["real"] is None
    assert elsewhere["conditions"]["held_out"] is None
    given = table_of(call_zoo(*words, "--against", other, "--held-out", f"{discs}:test"))
    assert given["conditions"]["held_out"] == f"{discs}:test"
    assert not given["refused"]
    assert {m["real_of"] for m in given["measures"]} == {"held_out"}
    own = table_of(call_zoo(*words, "--against", discs))
    assert own["conditions"]["held_out"] == f"{discs}:test"
    wrong = call_zoo(*words, "--held-out", f"{discs}:train")
    assert wrong.returncode == 2
    assert "are the same pictures" in wrong.stderr


def test_a_model_as_the_reference_makes_as_many_as_the_set_has(
    call_zoo, photos: Path, tiny_model: Path
) -> None:
    done = call_zoo("evaluate", photos, "--against", tiny_model, "-n", "24", "--json",
                    "--features", "tinted", "--measures", "vendi_score")  # fmt: skip
    (score,) = table_of(done)["measures"]
    assert score["real"] is None
    assert "generated, too" in score["real_why"]
    conditions = table_of(done)["conditions"]
    assert conditions["reference_n"] == 24
    assert "looks at tiny.model: 24" in done.stderr
    assert any("tiny.model makes the reference's pictures" in n for n in conditions["notes"])


def test_labels_and_sizes_that_do_not_fit_are_said(call_zoo, photos: Path, tmp_path: Path) -> None:
    far = noise(tmp_path / "far", 24, 40, ("Cat", "Dog"))
    bare = noise(tmp_path / "bare", 24, 16, ("",))
    words = ("--features", "tinted", "--measures", "kernel_distance", "--json")
    unlike = table_of(call_zoo("evaluate", photos, "--against", far, *words))["conditions"]["notes"]
    assert any("no label in common" in note for note in unlike)
    assert any("of the reference," in n and "are none that the network knows" in n for n in unlike)
    assert any("are 16 x 16 pixels, the reference's 40 x 40: spectrum_distance" in n
               for n in unlike)  # fmt: skip
    unknown = table_of(call_zoo("evaluate", bare, "--against", photos, *words))["conditions"]
    assert any("are unknown, so that they may show" in note for note in unknown["notes"])
    alike = table_of(call_zoo("evaluate", photos, "--against", photos, *words))["conditions"]
    assert not any("label" in note or "pixels" in note for note in alike["notes"])


def test_the_same_pictures_twice_are_noted(call_zoo, photos: Path, discs: Path) -> None:
    done = call_zoo("evaluate", photos, "--against", f"{discs}:train", "--train", f"{discs}:train",
                    "--measures", "kernel_distance", "--json")  # fmt: skip
    notes = table_of(done)["conditions"]["notes"]
    assert any("the reference and the train pictures are the same" in note for note in notes)


def test_train_pictures_that_ship_go_by_name(call_zoo, photos: Path) -> None:
    words = ("evaluate", photos, "--train", "fruits360", "--measures", "near_train_share")
    conditions = table_of(call_zoo(*words, "--features", "fruits360", "--json"))["conditions"]
    assert (conditions["train"], conditions["held_out"]) == ("fruits360:train", "fruits360:test")
    assert conditions["reference"] is None
    other = call_zoo(*words, "--features", "tinted")
    assert other.returncode == 2
    assert "no features of fruits360 ship for tinted; give the pictures: --train" in other.stderr


def test_where_nothing_can_be_measured_it_failed(call_zoo, photos: Path) -> None:
    words = ("evaluate", photos, "--measures", "frechet_distance")
    done = call_zoo(*words)
    assert done.returncode == 1
    assert "not measured: frechet_distance: needs pictures to compare with" in done.stdout
    assert "nothing could be measured" in done.stderr
    as_json = call_zoo(*words, "--json")
    assert as_json.returncode == 1
    assert json.loads(as_json.stdout)["refused"]
    several = call_zoo("compare", photos, photos / "Red", "--measures", "frechet_distance")
    assert several.returncode == 1


def test_real_pictures_are_called_what_they_are(call_zoo, photos: Path, discs: Path) -> None:
    words = ("evaluate", photos, "--features", "tinted", "--measures", "precision,vendi_score")
    text = call_zoo(*words, "--against", discs, "--train", f"{discs}:train").stdout
    assert text.count("train pictures\n") == 1
    assert f"real       train pictures, {discs}:train; *: the reference, {discs}:test" in text
    assert next(x for x in text.splitlines() if x.startswith("vendi_score")).endswith("*")
    bare = call_zoo(*words, "--against", discs).stdout
    assert "no real pictures beside precision: no train pictures are known" in bare
    assert next(x for x in bare.splitlines() if x.startswith("precision")).endswith(" -")


def test_intervals_say_which_set_they_are_of(call_zoo, photos: Path, discs: Path) -> None:
    text = call_zoo("compare", photos, photos / "Red", "--against", discs, "--measures",
                    "kernel_distance", "--no-speed").stdout  # fmt: skip
    assert f"20 subsamples of 6 without replacement ({photos / 'Red'})" in text
    assert f"20 subsamples of 12 without replacement ({photos})" in text
