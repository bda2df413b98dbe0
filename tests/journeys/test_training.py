"""Training that is killed, stopped or shared by several processes."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors import safe_open
from safetensors.torch import load_file

import zoo
from zoo.errors import UsageError

pytestmark = pytest.mark.usefixtures("tiny")


def command(discs: Path, out: Path, *more: str) -> list[str]:
    return ["train", "tiny", "--data", str(discs), "--out", str(out), "--device", "cpu", *more]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_killed_at_a_random_moment_it_ends_with_the_same_weights(
    run_zoo, discs: Path, tmp_path: Path
) -> None:
    how = ("--epochs", "30", "--set", "model.dropout=0.2", "--set", "held_out_every=480",
           "--save-minutes", "0.005")  # fmt: skip
    whole = run_zoo(*command(discs, tmp_path / "whole", *how))
    assert whole.returncode == 0, whole.stderr
    out, chance = tmp_path / "killed", random.Random(4)
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo_cli", *command(discs, out, *how)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while count(out) < 2 and process.poll() is None:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.5))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (out / "checkpoint.safetensors").is_file()
    assert not (out / "tiny.safetensors").exists()
    done = run_zoo("train", "--resume", "--out", out)
    assert done.returncode == 0, done.stderr
    assert sha256(out / "tiny.safetensors") == sha256(tmp_path / "whole" / "tiny.safetensors")
    one, two = (load_file(tmp_path / run / "checkpoint.safetensors") for run in ("whole", "killed"))
    assert one.keys() == two.keys()
    assert [name for name in one if not one[name].equal(two[name])] == []


def count(run: Path) -> int:
    log = run / "log.jsonl"
    return len(log.read_text().splitlines()) if log.is_file() else 0


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_saves_and_says_how_to_go_on(run_zoo, discs: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo_cli", *command(discs, out, "--images", "9000000")],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not count(out) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert f"zoo train --resume --out {out}" in said
    with safe_open(out / "checkpoint.safetensors", framework="pt") as file:
        images = json.loads(file.metadata()["state"])["images"]
    assert images > 0
    assert not (out / "tiny.safetensors").exists()
    with pytest.raises(UsageError, match="--export-only"):
        zoo.find_card(str(out))
    exported = run_zoo("train", "--export-only", "--export", "last", "--out", out, "--json")
    assert exported.returncode == 0, exported.stderr
    assert json.loads(exported.stdout)["images"] == images


def test_two_processes_and_one_with_the_doubled_batch_agree(
    run_zoo, discs: Path, tmp_path: Path
) -> None:
    how = ("--images", "320", "--batch", "16", "--set", "group=2", "--set", "clip=0.5", "--set",
           "held_out_every=160")  # fmt: skip
    alone = run_zoo(*command(discs, tmp_path / "alone", *how))
    assert alone.returncode == 0, alone.stderr
    shared = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "-m", "zoo_cli", *command(discs, tmp_path / "shared", *how)],
        capture_output=True, text=True, timeout=300, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert shared.returncode == 0, shared.stderr
    assert shared.stdout.strip() == str(tmp_path / "shared" / "tiny.safetensors")
    assert "2 processes" in shared.stderr
    one, two = (load_file(tmp_path / run / "checkpoint.safetensors") for run in ("alone", "shared"))
    networks = [name for name in one if name.startswith("network/")]
    assert len(networks) > 20
    far = {name: float((one[name] - two[name]).abs().max()) for name in networks}
    assert max(far.values()) < 1e-4, far
    assert one["rng"].equal(two["rng"])
    figures = [held_out(tmp_path / run) for run in ("alone", "shared")]
    assert figures[0] == [pytest.approx(row, abs=1e-3) for row in figures[1]]


def held_out(run: Path) -> list[dict]:
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == 20
    return [row["held_out"] for row in rows if "held_out" in row]
