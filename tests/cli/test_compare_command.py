"""``zoo compare``: scores, differences, speed and size, and a sealed sheet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pages import Page
from PIL import Image
from ratings import begin, rate

pytestmark = pytest.mark.usefixtures("colour_judge")


@pytest.fixture
def other_model(tiny_model: Path, tmp_path: Path) -> Path:
    """A ``tiny`` with other weights, which knows Blue and Green."""
    import torch
    from zoo_tiny_networks import Generator

    from zoo.training.export import write_weights

    torch.manual_seed(9)
    shape = {"labels": 2, "size": 16, "width": 8}
    network = Generator(**shape)
    torch.nn.init.normal_(network.conv.weight, std=2.0)
    folder = tmp_path / "other"
    about = {"id": "tiny", "trained_on": "Discs (CC0-1.0)", "labels": ["blue", "Green"], "side": 16}
    write_weights(network, folder / "tiny.safetensors", {"network": json.dumps(shape)}, about)
    return folder


def test_two_models(call_zoo, tiny_model: Path, other_model: Path, discs: Path) -> None:
    sheet = discs / "sheet.png"
    done = call_zoo("compare", tiny_model, other_model, "--against", discs, "-n", "64",
                    "--features", "tinted", "--sheet", sheet)  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = done.stdout
    assert "kernel_distance (tinted)" in text
    assert "together (Bonferroni)" in text
    assert "tiny.model - tiny.other" in text
    assert "is better" in text
    assert "within noise" in text
    assert "without sealing and writing, 16 pictures at once, on cpu with 1 thread" in text
    assert "(slowest to fastest), the models taking turns" in text
    assert re.search(r"tiny\.model +[\d.e+]+ \([\d.e+]+ to [\d.e+]+\)", text)
    assert re.search(r"^tiny\.model and tiny\.other: ", text, re.MULTILINE)
    assert f"{sheet}: tiny.model, tiny.other" in text
    width, height = Image.open(sheet).size
    assert width > 2 * 3 * 128
    assert height > 8 * 128
    assert call_zoo("verify", sheet, "--expect", "issued-here").returncode == 0


def test_json(call_zoo, tiny_model: Path, other_model: Path, discs: Path, tmp_path: Path) -> None:
    done = call_zoo("compare", tiny_model, other_model, f"{discs}:train", "--against", discs,
                    "-n", "48", "--features", "tinted", "--measures", "kernel_distance",
                    "--report", tmp_path / "out", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["schema"] == 1
    first, second, third = table["subjects"]
    assert (first["name"], second["name"]) == ("tiny.model", "tiny.other")
    speed = first["speed"]
    assert 0 < speed["slowest"] <= speed["pictures_per_second"] <= speed["fastest"]
    assert first["weight_bytes"] == (tiny_model / "tiny.safetensors").stat().st_size
    assert first["params"] > 0
    assert third["speed"] is third["params"] is None
    assert table["compared"] == len(table["differences"]) == 3
    for difference in table["differences"]:
        low, high = difference["interval"]
        assert low <= difference["value"] <= high
        assert difference["noise"] is (low <= 0 <= high)
    assert table["sheet"] == str(tmp_path / "out" / "sheets" / "side-by-side.png")
    assert table["on_sheet"] == ["tiny.model", "tiny.other"]
    assert json.loads((tmp_path / "out" / "scores.json").read_text()) == table


def test_a_page(
    call_zoo, zoo_home: Path, tiny_model: Path, other_model: Path, discs: Path, tmp_path: Path
) -> None:
    answers = begin(zoo_home / "studies" / "ours.sqlite", "which-is-better",
                    {"tiny.model": True, "tiny.other": True}, each=6, raters=2)  # fmt: skip
    rate(answers, lambda trial: ("left" if trial.items[0].set == "tiny.model" else "right", 900))
    done = call_zoo(
        "compare", tiny_model, other_model, "--against", discs, "-n", "48", "--features", "tinted",
        "--measures", "kernel_distance,precision", "--report", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "report: " in done.stderr
    page = Page((tmp_path / "out" / "index.html").read_text("utf-8"))
    text = page.text
    assert text.index("What differs") < text.index("Side by side") < text.index("The scores")
    assert "Of 2 differences" in text
    assert "tiny.model − tiny.other" in text
    assert "is better" in text or "Within noise" in text
    assert "Study ab12: 2 raters" in text
    assert "pictures a second" in text
    assert "without sealing and writing, 16 pictures at once" in text
    assert "preference, log odds" in text
    assert "2 raters, fewer than 5" in text
    assert "sheets/side-by-side.png" in page.all("src")
    assert f"sheet        {tmp_path / 'out' / 'sheets' / 'side-by-side.png'}" in done.stdout
    sheets = json.loads(call_zoo("verify", tmp_path / "out" / "sheets", "--json").stdout)["files"]
    assert {Path(f["file"]).name: f["origin"] for f in sheets} == {
        "1-samples.png": "ai", "2-samples.png": "ai", "side-by-side.png": "ai",
        "1-reference.png": "unknown", "2-reference.png": "unknown",
    }  # fmt: skip


def test_folders_have_no_speed_and_no_sheet(call_zoo, discs: Path, tmp_path: Path) -> None:
    done = call_zoo("compare", discs, f"{discs}:train", "-n", "16", "--features", "tinted",
                    "--measures", "vendi_score", "--sheet", tmp_path / "s.png")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no sheet: none of the sets is a model" in done.stdout
    assert "pictures/s" not in done.stdout
    assert not (tmp_path / "s.png").exists()


def test_one_set_is_not_compared(call_zoo, discs: Path) -> None:
    done = call_zoo("compare", discs)
    assert done.returncode == 2
    assert "of one: zoo evaluate" in done.stderr


def test_what_people_said(
    call_zoo, zoo_home: Path, tiny_model: Path, other_model: Path, discs: Path
) -> None:
    """In a study at Zoo's home, of these models with other weights."""
    answers = begin(zoo_home / "studies" / "ours.sqlite", "which-is-better",
                    {"tiny.model": True, "tiny.other": True}, each=6, raters=2)  # fmt: skip
    rate(answers, lambda trial: ("left" if trial.items[0].set == "tiny.model" else "right", 900))
    words = ("compare", tiny_model, other_model, "-n", "16", "--measures", "vendi_score",
             "--features", "tinted", "--no-speed")  # fmt: skip
    done = call_zoo(*words)
    assert done.returncode == 0, done.stderr
    assert "people       preference, log odds: study ab12, 2 raters" in done.stdout
    assert "2 raters, fewer than 5: the intervals speak of these people only" in done.stdout
    assert "ours.sqlite judged other weights of tiny.model than these" in done.stdout
    (score,) = json.loads(call_zoo(*words, "--json").stdout)["people"]
    values = {v["model"]: v["value"] for v in score["values"]}
    assert values["tiny.model"] > 0 > values["tiny.other"]
    documented = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
    for key in [*score, *score["values"][0]]:
        assert f'"{key}"' in documented
