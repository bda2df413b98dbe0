"""Preparing a data set: the same result whatever happens on the way, and consent kept."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from zoo.data.fit import Fitting
from zoo.data.journal import begin
from zoo.data.options import Preparation
from zoo.data.pack import load_pack, read_rows
from zoo.data.prepare import Progress, prepare
from zoo.errors import DataError, UsageError
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType

PLAN = Preparation(Fitting(8), test_fraction=0.25)
FILES = ("train.safetensors", "train.jsonl", "test.safetensors", "test.jsonl")


def png(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def write_tar(path: Path, count: int) -> Path:
    """Pictures of two labels; every tenth is broken, every seventh the same one."""
    with tarfile.open(path, "w") as tar:
        for index in range(count):
            data = png(index * (index % 7 > 0))[: 60 if index % 10 == 3 else None]
            info = tarfile.TarInfo(f"{('red', 'blue')[index % 2]}/{index}.png")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_the_card_says_what_is_in(tmp_path: Path) -> None:
    source = write_tar(tmp_path / "a.tar", 40)
    card = prepare([str(source)], tmp_path / "out", PLAN, jobs=3)
    assert card["counts"] == {"train": 27, "test": 9}
    assert card["by_label"] == {
        "blue": {"train": 12, "test": 4},
        "red": {"train": 15, "test": 5},
    }
    assert card["labels"] == ["blue", "red"]
    assert len(card["skipped"]) == 4
    assert {s["reason"] for s in card["skipped"]} == {
        "the pixels cannot be decoded: image file is truncated"
    }
    assert (card["licences"], card["enlarged"]) == ({"licence unknown": 36}, 0)
    assert card["split"] == {"given": False, "seed": 0, "fraction": 0.25}
    assert not (tmp_path / "out" / "unfinished").exists()
    sides = [{row["sha256"] for row in read_rows(tmp_path / "out", s)} for s in ("train", "test")]
    assert not sides[0] & sides[1]
    row = next(read_rows(tmp_path / "out"))
    assert row.keys() == {"source", "path", "sha256", "licence", "label"}


@pytest.mark.parametrize("stops", [(1,), (20, 40), (70, 71)])
def test_what_is_broken_off_goes_on_and_ends_the_same(
    tmp_path: Path, stops: tuple[int, ...]
) -> None:
    source = [str(write_tar(tmp_path / "a.tar", 80))]
    whole = prepare(source, tmp_path / "whole", PLAN, jobs=2)
    for stop in stops:

        def watch(progress: Progress, stop: int = stop) -> None:
            if progress.pictures >= stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            prepare(source, tmp_path / "out", PLAN, watch=watch)
        with pytest.raises(DataError, match="unfinished"):
            load_pack(tmp_path / "out")
    seen: list[int] = []
    card = prepare(source, tmp_path / "out", PLAN, resume=True,
                   watch=lambda p: seen.append(p.pictures))  # fmt: skip
    assert min(seen) > max(stops)  # nothing is done twice
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert {**card, "name": "", "created": ""} == {**whole, "name": "", "created": ""}


def test_torn_files_of_a_crash_are_mended(tmp_path: Path) -> None:
    source = [str(write_tar(tmp_path / "a.tar", 80))]
    prepare(source, tmp_path / "whole", PLAN)

    def watch(progress: Progress) -> None:
        if progress.pictures >= 40:
            raise KeyboardInterrupt

    for damage in ("row", "row without end", "pixels", "pixels without row"):
        out = tmp_path / damage
        with pytest.raises(KeyboardInterrupt):
            prepare(source, out, PLAN, watch=watch)
        rows, pixels = out / "unfinished" / "rows.jsonl", out / "unfinished" / "pixels.bin"
        if damage == "row":
            rows.write_bytes(rows.read_bytes()[:-9])
        elif damage == "row without end":
            rows.write_bytes(rows.read_bytes() + b'{"state": "kept"')
        elif damage == "pixels":
            pixels.write_bytes(pixels.read_bytes()[:-100])
        else:
            pixels.write_bytes(pixels.read_bytes() + bytes(500))
        prepare(source, out, PLAN)
        assert contents(out) == contents(tmp_path / "whole")


def test_a_killed_process_leaves_what_another_goes_on_with(tmp_path: Path) -> None:
    source = write_tar(tmp_path / "a.tar", 1200)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "zoo_cli", "data", "prepare", str(source), str(out)]
    command += ["--size", "8", "--test-fraction", "0.25"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rows = out / "unfinished" / "rows.jsonl"
    for _ in range(60_000):
        if rows.exists() and rows.stat().st_size:
            break
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    assert process.wait(timeout=60) != 0
    assert not (out / "data.json").exists()
    prepare([str(source)], out, PLAN, resume=True)
    prepare([str(source)], tmp_path / "whole", PLAN)
    assert contents(out) == contents(tmp_path / "whole")


def test_an_unfinished_preparation_is_not_mixed_with_another(tmp_path: Path) -> None:
    source = write_tar(tmp_path / "a.tar", 30)
    out = tmp_path / "out"

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(UsageError, match="nothing to resume"):
        prepare([str(source)], out, PLAN, resume=True)
    with pytest.raises(KeyboardInterrupt):
        prepare([str(source)], out, PLAN, watch=stop)
    with pytest.raises(UsageError, match="with other size, seed"):
        prepare([str(source)], out, Preparation(Fitting(16), 0.25, seed=1))
    with FileLock(out / "unfinished" / "lock"), pytest.raises(DataError, match="another process"):
        prepare([str(source)], out, PLAN)
    with tarfile.open(source, "w"):
        pass
    with pytest.raises(DataError, match="sources have changed"):
        prepare([str(source)], out, PLAN)


def test_what_is_there_is_never_lost(tmp_path: Path) -> None:
    source = write_tar(tmp_path / "a.tar", 8)
    out = tmp_path / "out"
    prepare([str(source)], out, PLAN)
    before = contents(out)
    with pytest.raises(UsageError, match="finished data set"):
        prepare([str(source)], out, PLAN)
    assert contents(out) == before
    with pytest.raises(UsageError, match="not empty"):
        prepare([str(source)], tmp_path, PLAN)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "x.png").write_bytes(b"nothing")
    with pytest.raises(UsageError, match="lies in"):
        prepare([str(broken)], broken / "new", PLAN)
    with pytest.raises(DataError, match="none of 1 pictures"):
        prepare([str(broken)], tmp_path / "none", PLAN)
    assert not (tmp_path / "none").exists()


def test_a_kill_before_tidying_up_is_tidied_up(tmp_path: Path) -> None:
    source = [str(write_tar(tmp_path / "a.tar", 8))]
    card = prepare(source, tmp_path / "out", PLAN)
    begin(tmp_path / "out", PLAN.table(source))
    assert prepare(source, tmp_path / "out", PLAN) == card
    assert not (tmp_path / "out" / "unfinished").exists()


def test_who_forbids_training_is_left_out(tmp_path: Path) -> None:
    src = tmp_path / "src"
    src.mkdir()
    for index in range(3):
        seal(
            png(index),
            Record.external("Painter", "1"),
            source=SourceType.TRAINED_ALGORITHMIC_MEDIA,
            out=src / f"{index}.png",
            no_training=index == 1,
        )
    card = prepare([str(src)], tmp_path / "out", PLAN)
    (left,) = card["excluded"]
    assert left["path"] == "1.png"
    assert "notAllowed" in left["reason"]
    assert sum(card["counts"].values()) == 2
    everything = Preparation(Fitting(8), 0.25, allow_untrainable=True)
    card = prepare([str(src)], tmp_path / "all", everything)
    assert (card["excluded"], sum(card["counts"].values())) == ([], 3)
