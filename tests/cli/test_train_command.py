"""``zoo train``: from tar shards to a model that generates."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

import zoo
from zoo.errors import UsageError
from zoo.training.recipe import load_recipe

TINY = """
trainer = "stylegan-lite"
[model]
z_dim = 8
w_dim = 8
generator = [8, 8, 8, 8]
discriminator = [8, 8, 8, 8]
generator_lr = 1e-3
discriminator_lr = 1e-3
r1_gamma = 0.1
spread_weight = 1.0
[train]
batch = 4
group = 2
ema_half_life = 100
"""


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """32 discs, red and blue, in two tar shards."""
    folder = tmp_path / "shards"
    folder.mkdir()
    y, x = np.mgrid[:64, :64]
    rows = ["key,class"]
    for shard in range(2):
        with tarfile.open(folder / f"discs-train-{shard}.tar", "w") as tar:
            for number in range(16):
                label, radius = number % 2, 14 + number
                array = np.full((64, 64, 3), 255, np.uint8)
                array[(x - 32) ** 2 + (y - 32) ** 2 < radius**2] = ((200, 20, 20), (20, 20, 200))[
                    label
                ]
                stream = io.BytesIO()
                Image.fromarray(array).save(stream, "PNG")
                member = tarfile.TarInfo(f"{shard}-{number}.png")
                member.size = len(stream.getvalue())
                tar.addfile(member, io.BytesIO(stream.getvalue()))
                rows.append(f"{shard}-{number},{label}")
    (folder / "index.csv").write_text("\n".join(rows))
    names = {"classes": ["Red", "Blue"], "dataset": "Discs", "licence": "CC0-1.0"}
    (folder / "labels.json").write_text(json.dumps(names))
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def test_train_export_generate_verify(call_zoo, shards: Path, recipe: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = call_zoo("train", recipe, "--data", shards, "--out", run, "--images", "64",
                    "--device", "cpu")  # fmt: skip
    assert done.returncode == 0, done.stderr
    weights = Path(done.stdout.strip())
    assert weights == run / "stylegan-lite.safetensors"
    with safe_open(weights, framework="pt") as file:
        metadata = file.metadata()
    assert json.loads(metadata["recipe"])["batch"] == 4
    assert metadata["trained_on"] == "Discs (CC0-1.0)"
    assert {t.dtype for k, t in load_file(weights).items() if "num_batches" not in k} == {
        torch.float16
    }
    assert Image.open(run / "samples-0000064.png").size == (512, 512)
    assert not list(run.glob("*.part"))
    sheet = call_zoo("verify", run / "samples-0000064.png", "--expect", "issued-here")
    assert sheet.returncode == 0, sheet.stdout
    made = call_zoo("generate", "--model", f"local-dir:{run}", "-n", "2", "--label", "red",
                    "--out", tmp_path / "out", "--json")  # fmt: skip
    assert made.returncode == 0, made.stderr
    images = json.loads(made.stdout)["images"]
    assert {(i["model"], i["label"]) for i in images} == {("stylegan-lite.run", "Red")}
    checked = call_zoo("verify", tmp_path / "out", "--expect", "issued-here")
    assert checked.returncode == 0, checked.stdout


def test_a_resumed_run_ends_with_the_same_weights(
    call_zoo, shards: Path, recipe: Path, tmp_path: Path
) -> None:
    def train(name: str, images: int, *more: str) -> None:
        done = call_zoo("train", recipe, "--data", shards, "--out", tmp_path / name, "--images",
                        str(images), "--device", "cpu", *more)  # fmt: skip
        assert done.returncode == 0, done.stderr

    command = [sys.executable, "-m", "zoo_cli", "train", str(recipe), "--data", str(shards),
               "--out", str(tmp_path / "broken"), "--images", "4000000"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    log = tmp_path / "broken" / "log.jsonl"
    for _ in range(2400):
        if log.is_file():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)  # Ctrl-C saves
    assert process.wait(timeout=60) == 130
    broken = load_file(tmp_path / "broken" / "checkpoint.safetensors")
    with safe_open(tmp_path / "broken" / "checkpoint.safetensors", framework="pt") as file:
        seen = json.loads(file.metadata()["state"])["images"]
    assert seen >= 200
    assert "network/average/stem.weight" in broken
    total = 2 * seen  # beyond what decays: both runs are at their constant rate until then
    train("broken", total, "--resume")
    train("whole", total)
    one, two = (
        load_file(tmp_path / name / "checkpoint.safetensors") for name in ("broken", "whole")
    )
    differing = [k for k in one if not torch.equal(one[k], two[k])]
    assert not differing


def test_what_train_refuses(call_zoo, shards: Path, recipe: Path, tmp_path: Path) -> None:
    def fails(*words: object) -> str:
        done = call_zoo("train", *map(str, words))
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "--minutes" in fails("stylegan-lite", "--data", shards)
    assert "stylegan-lite" in fails("stylegan-light", "--data", shards, "--images", 8)
    assert "--data" in fails("stylegan-lite", "--images", 8)
    assert "tar" in fails("stylegan-lite", "--data", tmp_path, "--images", 8)
    assert "not empty" in fails(recipe, "--data", shards, "--images", 8, "--out", shards)
    assert "nothing to resume" in fails(
        recipe, "--data", shards, "--images", 8, "--out", tmp_path / "no", "--resume"
    )
    recipe.write_text(TINY.replace("batch", "bacth"))
    assert "bacth" in fails(recipe, "--data", shards, "--images", 8)
    recipe.write_text(TINY.replace("z_dim = 8", ""))
    assert "z_dim" in fails(recipe, "--data", shards, "--images", 8, "--out", tmp_path / "x")
    shown = call_zoo("train", "--show", "stylegan-lite")
    assert 'trainer = "stylegan-lite"' in shown.stdout


def test_a_folder_without_a_model(call_zoo, tmp_path: Path) -> None:
    done = call_zoo("generate", "--model", f"local-dir:{tmp_path}")
    assert done.returncode == 2
    assert "zoo train" in done.stderr


def test_recipes_are_strict(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    for text in ("trainer = 3", "x = [", "", TINY + "\n[extra]\n", TINY + "flip = 2\n"):
        path.write_text(text)
        with pytest.raises(UsageError):
            load_recipe(path)


def test_the_python_way_is_the_same(shards: Path, recipe: Path, tmp_path: Path, call_zoo) -> None:
    call_zoo("train", recipe, "--data", shards, "--out", tmp_path / "m", "--images", "16")
    (picture,) = zoo.load(f"local-dir:{tmp_path / 'm'}").generate(1, seed=3)
    assert picture.pixels.shape == (256, 256, 3)
    assert picture.label in ("Red", "Blue")
