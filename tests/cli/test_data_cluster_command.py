"""``zoo data cluster``: unlabelled pictures are grouped, and the groups' names become labels."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save

import zoo
from zoo.data.card import read_card, write_card
from zoo.data.pack import load_pack, read_rows
from zoo.data.writing import write_split
from zoo.judge import Judge
from zoo.plugins import load_plugins
from zoo.safetensor import VerifiedFile, load_state
from zoo.timm_import import import_timm
from zoo.weights import Weights

COLOURS = {"red": (200, 40, 30), "green": (40, 180, 60), "blue": (30, 60, 200)}
SIZE = 32


def drawing(colour: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """A disc of about this colour on white, (3, SIZE, SIZE)."""
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE / 2 + rng.uniform(-2, 2, (2, 1, 1))
    pixels = np.full((SIZE, SIZE, 3), 255, np.uint8)
    shade = np.array(colour) + rng.integers(-20, 20, 3)
    pixels[x**2 + y**2 < rng.uniform(90, 140)] = shade.clip(0, 255)
    return pixels.transpose(2, 0, 1)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Sixty training and twelve test pictures of three colours, without labels, shuffled."""
    folder = tmp_path / "discs"
    folder.mkdir()
    rng = np.random.default_rng(5)
    for split, each in (("train", 20), ("test", 4)):
        colours = rng.permutation([name for name in COLOURS for _ in range(each)])
        pixels = np.stack([drawing(COLOURS[c], rng) for c in colours])
        rows = [
            {"source": 0, "path": f"{c}-{split}-{i}.png", "sha256": f"{split}{i}", "licence": "CC0",
             "label": None}
            for i, c in enumerate(colours)
        ]  # fmt: skip
        write_split(folder, split, [pixels], np.zeros(len(rows), np.int64), rows, SIZE)
    counts = {"train": 60, "test": 12}
    write_card(folder, {"schema": 1, "name": "Discs", "size": SIZE, "labels": [], "counts": counts,
                        "licences": {"CC0": 72}, "by_label": {}, "files": {}})  # fmt: skip
    return folder


def network() -> torch.nn.Module:
    return import_timm().create_model("resnet10t", num_classes=3, channels=(8, 8, 16, 16))


def build(file: VerifiedFile) -> torch.nn.Module:
    return load_state(network(), file)


@pytest.fixture(autouse=True)
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin with a judge named ``tiny``: a small timm network with weights from a fixed seed."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        data = save(network().state_dict())
    (tmp_path / "tiny.safetensors").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    weights = Weights(f"local-dir:{tmp_path}", "tiny.safetensors", len(data), digest)
    one = Judge("tiny", "A test", "tiny_judge:build", weights, ("a", "b", "c"), SIZE, "MIT", "none")
    module = types.ModuleType("tiny_judge")
    module.build = build
    module.zoo_judges = zoo.hookimpl(lambda: [one])
    module.zoo_judges.__name__ = "zoo_judges"
    monkeypatch.setitem(sys.modules, "tiny_judge", module)
    manager = load_plugins([EntryPoint("tiny", "tiny_judge", "zoo")], strict=True)
    monkeypatch.setattr("zoo.judging.plugin_manager", lambda: manager)


@pytest.fixture
def call(call_zoo):
    """``call(PACK, …)``: the exit code, and what was printed to stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        done = call_zoo("data", "cluster", *map(str, words))
        return done.returncode, done.stdout, done.stderr

    return run


def colours_of(folder: Path, split: str = "train") -> list[str]:
    return [row["path"].split("-")[0] for row in read_rows(folder, split)]


def test_from_unlabelled_pictures_to_labels(call, pack: Path, tmp_path: Path) -> None:
    groups = tmp_path / "discs-groups"
    code, out, err = call(pack, "--groups", 3, "--features", "tiny", "--json")
    assert code == 0, err
    table = json.loads(out)
    assert [g["count"] for g in table["groups"]] == [24, 24, 24]
    assert table["purity"] is None  # there are no labels to compare with
    assert str(groups / "groups.csv") in err
    for group in table["groups"]:
        with Image.open(group["sheet"]) as sheet:
            assert sheet.format == "PNG"
            assert sheet.width > 8 * 64
    with (groups / "groups.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["name"] for row in rows] == ["", "", ""]
    kept = json.loads((groups / "groups.json").read_text())["of"]
    names = {}
    for group, colour in zip(kept["train"], colours_of(pack), strict=True):
        assert names.setdefault(group, colour) == colour  # a group is of one colour
    for group, colour in zip(kept["test"], colours_of(pack, "test"), strict=True):
        assert names[group] == colour

    # Red and blue become one label; green is left out.
    new = {"red": "warm or cold", "blue": "warm or cold", "green": "-"}
    with (groups / "groups.csv").open("w", newline="", encoding="utf-8-sig") as lines:
        writer = csv.writer(lines, delimiter=";")  # as a spreadsheet may save it
        writer.writerow(("group", "count", "name"))
        writer.writerows((g, 24, new[names[g]]) for g in range(3))
    code, out, err = call(pack, "--names", groups / "groups.csv")
    assert code == 0, err
    assert "48  warm or cold" in out
    train, test = load_pack(pack), load_pack(pack, "test")
    assert (train.names, len(train), len(test)) == (("warm or cold",), 40, 8)
    assert "green" not in colours_of(pack) + colours_of(pack, "test")
    assert {row["label"] for row in read_rows(pack)} == {"warm or cold"}
    assert read_card(pack)["changes"][0]["names"].keys() == {"0", "1", "2"}


def test_names_on_the_command_line_and_another_folder(call, pack: Path, tmp_path: Path) -> None:
    before = (pack / "train.safetensors").read_bytes()
    named = [w for g, name in enumerate(("a", "b", "c")) for w in ("--name", f"{g}={name}")]
    words = (pack, "--groups", "auto", "--features", "tiny", "--out", tmp_path / "new")
    code, out, err = call(*words, *named)
    assert code == 0, err
    assert (pack / "train.safetensors").read_bytes() == before
    pictures = load_pack(tmp_path / "new")
    assert pictures.names == ("a", "b", "c")
    labels = {}
    for label, colour in zip(pictures.labels.tolist(), colours_of(tmp_path / "new"), strict=True):
        assert labels.setdefault(label, colour) == colour
    assert load_pack(tmp_path / "new", "test").labels.bincount().tolist() == [4, 4, 4]
    # Grouping the labelled data set again says how well groups and labels agree.
    code, out, err = call(tmp_path / "new", "--groups", 3, "--features", "tiny")
    assert (code, "purity 1.000" in out) == (0, True), err


def test_the_same_seed_gives_the_same_groups(call, pack: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert call(pack, "--groups", 5, "--features", "tiny", "--sheets", tmp_path / name)[0] == 0
    assert (tmp_path / "one/groups.json").read_text() == (tmp_path / "two/groups.json").read_text()


def test_a_table_with_names_is_not_overwritten(call, pack: Path, tmp_path: Path) -> None:
    call(pack, "--groups", 3, "--features", "tiny", "--sheets", tmp_path / "g")
    table = tmp_path / "g/groups.csv"
    table.write_text(table.read_text().replace("0,24,", "0,24,cherry"))
    code, _, err = call(pack, "--groups", 4, "--features", "tiny", "--sheets", tmp_path / "g")
    assert (code, "holds names already" in err) == (2, True)
    assert "cherry" in table.read_text()
    code, _, err = call(pack, "--groups", 4, "--sheets", tmp_path / "g", "--names", table)
    assert (code, "holds 3 groups by tiny" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--groups K"),
        (("--groups", "many"), "auto"),
        (("--groups", "1"), "from 2 to 30"),
        (("--groups", "31"), "from 2 to 30"),
        (("--groups", "3", "--features", "tinny"), "tiny"),
        (("--name", "0=a"), "make them first"),
        (("--name", "a"), "GROUP=NAME"),
        (("--groups", "3", "--features", "tiny", "--name", "0=a"), "2 of 3 groups have no name"),
        (("--groups", "2", "--features", "tiny", "--name", "7=a"), "no group 7"),
        (("--groups", "2", "--features", "tiny", "--name", "0=-", "--name", "1=drop"), "left out"),
        (("--names", "missing.csv"), "cannot be read"),
        (("--groups", "3", "--out", "elsewhere"), "name the groups first"),
    ],
)
def test_wrong_usage_says_what_to_do_and_changes_nothing(
    call, pack: Path, words: tuple[str, ...], said: str
) -> None:
    before = {p.name: p.read_bytes() for p in pack.iterdir()}
    code, _, err = call(pack, *words)
    assert code in (1, 2)
    assert said in err
    assert {p.name: p.read_bytes() for p in pack.iterdir()} == before


def test_groups_of_other_pictures_are_refused(call, pack: Path, tmp_path: Path) -> None:
    call(pack, "--groups", 2, "--features", "tiny", "--sheets", tmp_path / "g")
    names = ("--name", "0=keep", "--name", "1=-", "--sheets", tmp_path / "g")
    assert call(pack, *names)[0] == 0
    code, _, err = call(pack, *names)  # half of the pictures are gone
    assert (code, "of other pictures" in err) == (1, True)


def test_a_folder_that_is_no_data_set(call, tmp_path: Path) -> None:
    code, _, err = call(tmp_path, "--groups", 2, "--features", "tiny")
    assert (code, "zoo data prepare" in err) == (1, True)
