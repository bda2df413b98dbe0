"""``zoo train``: from a packed data set to a model that generates, through a stranger's trainer."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

import zoo
from zoo.data.card import read_card, write_card
from zoo.training.folder import hold

pytestmark = pytest.mark.usefixtures("tiny")

QUICK = ("--images", "32", "--device", "cpu", "--set", "held_out_every=16")


def rows(run: Path) -> list[dict]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


@pytest.fixture
def trained(call_zoo, discs: Path, tmp_path: Path) -> Path:
    run = tmp_path / "run"
    done = call_zoo("train", "tiny", "--data", discs, "--out", run, *QUICK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(run / "tiny.safetensors")
    assert "finishing" in done.stderr
    assert f"zoo generate --model {run}" in done.stderr
    return run


def test_train_export_generate_verify_replay(call_zoo, trained: Path, tmp_path: Path) -> None:
    with safe_open(trained / "tiny.safetensors", framework="pt") as file:
        metadata = file.metadata()
    assert json.loads(metadata["recipe"])["held_out_every"] == 16
    assert metadata["trained_on"] == "Discs (CC0-1.0)"
    types = {str(t.dtype) for t in load_file(trained / "tiny.safetensors").values()}
    assert types == {"torch.float16", "torch.int64"}
    sheet = trained / "samples-0000032.png"
    assert Image.open(sheet).size == (128, 128)
    assert call_zoo("verify", sheet, "--expect", "issued-here").returncode == 0
    assert Image.open(trained / "plot.png").width > 1000
    made = call_zoo("generate", "--model", trained, "-n", "2", "--label", "red",
                    "--out", tmp_path / "out", "--json")  # fmt: skip
    assert made.returncode == 0, made.stderr
    images = json.loads(made.stdout)["images"]
    assert {(i["model"], i["label"]) for i in images} == {("tiny.run", "Red")}
    picture = images[0]["path"]
    lost = call_zoo("replay", picture)
    assert lost.returncode == 1
    assert "--model FOLDER" in lost.stderr
    for name in (str(trained), f"local-dir:{trained}"):
        again = call_zoo("replay", picture, "--model", name)
        assert again.returncode == 0, again.stderr
        assert "bitwise" in again.stdout
    (one,) = zoo.load(str(trained)).generate(1, seed=3)
    assert one.pixels.shape == (256, 256, 3)


def test_the_log_has_the_first_and_last_step_and_the_held_out_figures(trained: Path) -> None:
    found = rows(trained)
    steps = [row["step"] for row in found if "figures" in row]
    assert steps == [1, 4]
    assert found[0]["lr"] == {"discriminator": 0.002, "generator": 0.002}
    assert {"d_loss", "g_loss", "d_real", "d_gap"} == found[0]["figures"].keys()
    evaluated = [row for row in found if "held_out" in row]
    assert [row["images"] for row in evaluated] == [16, 32]
    assert evaluated[0]["held_out"].keys() == {"distance", "d_real"}
    assert any("copies" in row for row in found)


def test_the_best_checkpoint_is_exported_or_the_last(call_zoo, trained: Path) -> None:
    scores = {row["images"]: row["held_out"]["distance"] for row in rows(trained)
              if "held_out" in row}  # fmt: skip
    best = min(scores, key=lambda images: scores[images])
    with safe_open(trained / "best.safetensors", framework="pt") as file:
        assert json.loads(file.metadata()["state"])["images"] == best
    exported, at_the_end = {}, (trained / "tiny.safetensors").read_bytes()
    for which in ("last", "best"):
        done = call_zoo("train", "--export-only", "--out", trained, "--export", which, "--json")
        assert done.returncode == 0, done.stderr
        exported[which] = json.loads(done.stdout)
        data = (trained / "tiny.safetensors").read_bytes()
        assert hashlib.sha256(data).hexdigest() == exported[which]["sha256"]
    assert (trained / "tiny.safetensors").read_bytes() == at_the_end
    assert exported["best"]["images"] == best
    assert exported["last"]["images"] == 32
    assert exported["last"]["side"] == 16


def test_fine_tuning_from_weights_with_other_labels(
    call_zoo, discs: Path, trained: Path, tmp_path: Path
) -> None:
    weights, other = trained / "tiny.safetensors", tmp_path / "other"
    start = ("--init", weights, *QUICK)
    done = call_zoo("train", "tiny", "--data", discs, "--out", tmp_path / "tuned", *start)
    assert done.returncode == 0, done.stderr
    assert "start anew" not in done.stderr
    discs.rename(other)
    write_card(other, {**read_card(other), "labels": ["Red", "Blue", "Green"]})
    done = call_zoo("train", "tiny", "--data", other, "--out", tmp_path / "more", *start)
    assert done.returncode == 0, done.stderr
    assert "start anew: embed.weight\n" in done.stderr
    refused = call_zoo("train", "tiny", "--data", other, "--out", tmp_path / "wide", *start,
                       "--set", "model.width=9")  # fmt: skip
    assert refused.returncode == 1
    assert "does not fit the network" in refused.stderr
    assert call_zoo("models", tmp_path / "more").stdout.count("Green") == 1


def test_resume_needs_the_folder_alone_and_refuses_another_recipe(
    call_zoo, discs: Path, trained: Path
) -> None:
    def resume(*words: object) -> str:
        done = call_zoo("train", *words, "--resume", "--out", trained)
        assert done.returncode == 2, done.stderr
        return done.stderr

    refused = resume("tiny", "--batch", "16")
    assert "batch: 16, not 8" in refused
    assert "held_out_every: 64, not 16" in refused
    assert "seed: 3, not 0" in resume("--seed", "3")
    assert "--init" in resume("--init", trained / "tiny.safetensors")
    write_card(discs, {**read_card(discs), "labels": ["Red", "Blue", "Green"]})
    assert "the same data" in resume()
    write_card(discs, {**read_card(discs), "labels": ["Red", "Blue"]})
    longer = call_zoo("train", "--resume", "--out", trained, "--epochs", "1")
    assert longer.returncode == 0, longer.stderr
    assert "going on after 32" in longer.stderr
    assert rows(trained)[-1]["images"] == 48


def test_what_train_refuses(call_zoo, discs: Path, tmp_path: Path) -> None:
    def fails(*words: object) -> str:
        done = call_zoo("train", *map(str, words))
        assert done.returncode in (1, 2), done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    out = ("--out", tmp_path / "new")
    tiny = ("tiny", "--data", discs, *out)
    assert "--minutes" in fails(*tiny)
    assert "one way" in fails(*tiny, "--images", 8, "--epochs", 1)
    assert "'tiny'" in fails("tyni", "--data", discs, "--images", 8, *out)
    assert "--data" in fails("tiny", "--images", 8, *out)
    assert "zoo data prepare" in fails("tiny", "--data", tmp_path, "--images", 8, *out)
    assert "not empty" in fails("tiny", "--data", discs, "--images", 8, "--out", discs)
    assert "no run in" in fails("tiny", "--resume", "--out", tmp_path / "no")
    assert "no run in" in fails("--export-only", "--out", tmp_path / "no")
    assert "best or last" in fails("--export-only", "--export", "worst", *out)
    assert "missing" in fails(*tiny, "--images", 8, "--init", tmp_path / "x")
    assert "did you mean dropout" in fails(*tiny, "--set", "model.dropoot=1")
    assert not (tmp_path / "new").exists()
    recipe = tmp_path / "r.toml"
    recipe.write_text('trainer = "tiny"\n[model]\nwidth = 8\n')
    lacking = fails(recipe, "--data", discs, "--images", 8, "--out", tmp_path / "lacking")
    assert "makes_pictures" in lacking
    assert not (tmp_path / "lacking").exists()
    bad = fails(*tiny, "--images", 800, "--set", "model.learning_rate=1e30")
    assert "diverged" in bad
    assert "clip" in bad


def test_show_prints_the_recipe(call_zoo, tmp_path: Path) -> None:
    shown = call_zoo("train", "--show", "tiny").stdout
    assert 'trainer = "tiny"' in shown
    mine = tmp_path / "mine.toml"
    mine.write_text(shown + "# mine\n")
    assert "# mine" in call_zoo("train", "--show", mine).stdout
    changed = call_zoo("train", "--show", mine, "--set", "model.width=5", "--batch", "4").stdout
    assert "width = 5" in changed
    assert "batch = 4" in changed


def test_networks_that_make_no_pictures_and_data_without_test(
    call_zoo, discs: Path, tmp_path: Path
) -> None:
    card = read_card(discs)
    write_card(discs, {**card, "counts": {"train": card["counts"]["train"]}})
    run = tmp_path / "run"
    done = call_zoo("train", "tiny", "--data", discs, "--out", run, *QUICK, "--set",
                    "model.makes_pictures=false")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no test pictures" in done.stderr
    assert not list(run.glob("samples-*.png"))
    assert not (run / "best.safetensors").exists()
    assert (run / "plot.png").is_file()
    assert (run / "tiny.safetensors").is_file()


def test_a_folder_without_a_model(call_zoo, tmp_path: Path) -> None:
    for name in (f"local-dir:{tmp_path}", tmp_path, f"{tmp_path}/none"):
        done = call_zoo("generate", "--model", name)
        assert done.returncode == 2
        assert "zoo " in done.stderr


def test_two_processes_do_not_train_in_one_folder(call_zoo, trained: Path) -> None:
    lock = hold(trained)
    before = (trained / "checkpoint.safetensors").read_bytes()
    refused = call_zoo("train", "--resume", "--out", trained, "--images", "64")
    assert refused.returncode == 2
    assert "another process is training in" in refused.stderr
    assert (trained / "checkpoint.safetensors").read_bytes() == before
    lock.release()
    assert call_zoo("train", "--resume", "--out", trained, "--images", "48").returncode == 0
