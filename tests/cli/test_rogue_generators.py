"""Whatever a plugin's generator does: what ``zoo generate`` leaves is sealed, its JSON is whole."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import zoo_rogue_models

from zoo_provenance.ledger import State
from zoo_provenance.ledger.sql import open_ledger

WHO = "the generator of rogue.{} (plugin rogue-models of zoo-rogue-models 0.0.0)"


@pytest.fixture
def rogue(zoo_with, tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """``rogue("late")`` asks that model for four pictures, two at a time."""
    zoo_with(zoo_rogue_models)

    def words(tag: str) -> tuple[str, ...]:
        return (
            "generate", "-m", f"rogue.{tag}", "-n", "4", "--batch", "2", "--seed", "3",
            "--size", "32", "--out", str(tmp_path / "out"), "--json",
        )  # fmt: skip

    return words


def sealed(out: Path) -> int:
    """How many files there are, each of which the ledger holds as sealed."""
    files = sorted(out.iterdir()) if out.exists() else []
    ledger = open_ledger(create=False)
    for file in files:
        assert ledger is not None
        row = ledger.by_sha256(hashlib.sha256(file.read_bytes()).hexdigest())
        assert row is not None, f"{file} is not in the ledger"
        assert row.state is State.SEALED
        assert b"c2pa" in file.read_bytes()
    return len(files)


@pytest.mark.parametrize(
    ("tag", "message", "left"),
    [
        ("raises", "failed: LookupError: no brush", 0),
        ("exits", "failed: SystemExit: 0", 0),
        ("nothing", "made an int; expected a torch.Tensor of shape (2, 3, 16, 16)", 0),
        ("shapeless", "made (2, 3, 8, 16); its card and request ask for (2, 3, 16, 16)", 0),
        ("integers", "made numbers of type int32", 0),
        ("array", "made a numpy.ndarray; expected a torch.Tensor of shape (2, 3, 16, 16)", 0),
        ("nan", "made values that are not finite (picture 2 of 2 in the batch)", 0),
        ("strews", "failed: LookupError: no brush: [31mnone at all (ZOO_STRICT=1", 0),
        ("infinite", "made values that are not finite", 0),
        ("bright", "expected -1 to 1", 0),
        ("late", "failed: LookupError: no more paint", 2),
    ],
)
def test_a_rogue_is_named_and_nothing_unsealed_is_left(
    rogue, call_zoo, tmp_path: Path, tag: str, message: str, left: int
) -> None:
    done = call_zoo(*rogue(tag))
    assert done.returncode == 1
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("zoo: "))
    assert line.startswith(f"zoo: {WHO.format(tag)} ")
    assert message in line
    table = json.loads(done.stdout)
    assert (len(table["images"]), table["complete"]) == (left, False)
    assert sealed(tmp_path / "out") == left
    assert (tmp_path / "out").exists() == bool(left)


def test_after_an_error_in_the_middle_it_is_told_how_to_go_on(
    rogue, call_zoo, tmp_path: Path
) -> None:
    words = [w for w in rogue("late") if w not in ("--seed", "3", "--json")]
    done = call_zoo(*words, "--force")
    seed, told, _ = done.stderr.splitlines()
    out = tmp_path / "out"
    assert told.startswith(f"2 pictures are in {out}, sealed. This goes on after them: zoo ")
    command = shlex.split(told.partition("them: ")[2])
    assert command == ["zoo", *words, "--seed", seed.split()[1], "--resume"]
    again = call_zoo(*command[1:])
    assert again.stdout.splitlines() == done.stdout.splitlines()
    assert "no more paint" in again.stderr


def test_a_folder_that_was_there_stays(rogue, call_zoo, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert call_zoo(*rogue("raises")).returncode == 1
    assert (tmp_path / "out").is_dir()
    words = [str(tmp_path / "a" / "b" / "c") if w.endswith("out") and w[0] != "-" else w
             for w in rogue("raises")]  # fmt: skip
    assert call_zoo(*words).returncode == 1
    assert not (tmp_path / "a").exists()


def test_one_for_which_there_is_no_memory_is_a_wrong_request(
    rogue, call_zoo, tmp_path: Path
) -> None:
    done = call_zoo(*rogue("gorges"))
    assert done.returncode == 2
    assert "2 pictures at once do not fit into the memory of cpu" in done.stderr
    assert sealed(tmp_path / "out") == 0


def test_one_that_ends_the_process_leaves_what_was_sealed_before(
    rogue, run_zoo, tmp_path: Path
) -> None:
    assert run_zoo(*rogue("dies")).returncode == 7
    assert sealed(tmp_path / "out") == 2


def test_what_a_plugin_prints_goes_to_stderr(rogue, run_zoo, tmp_path: Path) -> None:
    done = run_zoo(*rogue("prints"))
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["images"]) == sealed(tmp_path / "out") == 4
    assert f"{WHO.format('prints')}: thinking …" in done.stderr
    for text in ('{"schema": 2}', "from the depths", "from a child"):
        assert text in done.stderr


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("overshoots", ()),
        ("seeds", ("Python", "numpy", "torch")),
        ("differentiates", ("torch's grad mode", "default type")),
        ("writes", ()),
    ],
)
def test_what_can_be_put_right_is(
    rogue, call_zoo, caplog, tmp_path: Path, tag: str, told: tuple[str, ...]
) -> None:
    import torch

    before = torch.get_rng_state()
    done = call_zoo(*rogue(tag))
    assert done.returncode == 0, done.stderr
    assert sealed(tmp_path / "out") == 4
    assert torch.equal(torch.get_rng_state(), before)
    assert (torch.is_grad_enabled(), torch.get_default_dtype()) == (True, torch.float32)
    warned = [text for text in caplog.messages if "Zoo put that back" in text]
    assert len(warned) == bool(told)  # once, though there are two batches
    for what in told:
        assert what in warned[0]
        assert warned[0].startswith(WHO.format(tag))
    if told:
        assert ("request.noise" in warned[0]) == (tag == "seeds")


def test_a_slow_one_is_named_while_one_waits(rogue, run_zoo) -> None:
    done = run_zoo(*rogue("slow"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("takes longer than 2 s") == 1
    assert f"{WHO.format('slow')}: making pictures takes longer" in done.stderr
