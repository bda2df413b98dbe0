"""What an extractor sees of a set: kept, taken up again, and never taken on trust."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from zoo.errors import DataError, UsageError
from zoo.evaluation import cache as caching
from zoo.evaluation.cache import default_cache
from zoo.evaluation.extractor import Extractor, default_extractor, load_extractor
from zoo.evaluation.seen import Seen
from zoo.evaluation.sets import open_set, seen
from zoo.evaluation.sets.seeing import PIECE
from zoo.evaluation.spectrum import radial_spectrum
from zoo.judging import load_judge

LABELS = ("red", "green", "BLUE")


class Eye:
    """Mean colours as features and logits; it counts the pictures that it has seen."""

    def __init__(self, **change: Any) -> None:
        self.count = 0
        told = {"name": "eye", "revision": "1", "labels": LABELS, "side": 8, "filter": "bilinear"}
        told |= change
        self.extractor = Extractor(**told, look=self.look, device=torch.device("cpu"))

    def look(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        self.count += len(pictures)
        means = pictures.mean((2, 3))
        return torch.cat([means, pictures.std((2, 3))], 1), means


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """2.5 pieces of small pictures in sub-folders; picture 3 is cut off."""
    rng = np.random.default_rng(0)
    for index in range(PIECE * 5 // 2):
        folder = tmp_path / "many" / ("red", "blue")[index % 2]
        folder.mkdir(parents=True, exist_ok=True)
        side = 8 + index % 3
        picture = rng.integers(0, 256, (side, side, 3), np.uint8)
        Image.fromarray(picture).save(folder / f"{index:04}.png")
    broken = tmp_path / "many" / "blue" / "0003.png"
    broken.write_bytes(broken.read_bytes()[:70])
    return tmp_path / "many"


def equal(one: Seen, other: Seen) -> bool:
    arrays = ("features", "logits", "asked", "spectrum")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)


def test_rows_belong_together_and_leave_unreadable_pictures_out(many: Path) -> None:
    eye, found, threads = Eye(), open_set(str(many)), torch.get_num_threads()
    heard: list[tuple[int, int]] = []
    saw = seen(found, eye.extractor, progress=lambda *done: heard.append(done))
    total = PIECE * 5 // 2
    assert len(saw) == found.count == total - 1
    assert [name for name, _ in found.excluded] == ["blue/0003.png"]
    assert saw.asked is not None
    assert saw.asked.tolist() == [2] * (total // 2 - 1) + [0] * (total // 2)
    for row in (0, 100, total - 2):
        (picture,) = found.at([row])
        fitted = torch.tensor(eye.extractor.fit(picture)).permute(2, 0, 1)[None]
        assert np.allclose(saw.features[row], eye.extractor.see(fitted)[0][0])
        assert saw.spectrum is not None
        assert np.array_equal(saw.spectrum[row], radial_spectrum(picture))
    assert heard[-1] == (total, total)
    with ThreadPoolExecutor(1) as pool:  # threads to come are as wide as before
        assert pool.submit(torch.get_num_threads).result() == torch.get_num_threads() == threads


def test_what_was_seen_is_read_back_and_says_what_was_unreadable(many: Path) -> None:
    eye = Eye()
    first = seen(open_set(str(many)), eye.extractor, cache=default_cache())
    count, again = eye.count, open_set(str(many))
    second = seen(again, eye.extractor, cache=default_cache())
    assert equal(first, second)
    assert eye.count == count
    assert [name for name, _ in again.excluded] == ["blue/0003.png"]
    for change in ({"revision": "2"}, {"name": "other"}, {"side": 16}, {"filter": "bicubic"}):
        other = Eye(**change)
        seen(open_set(str(many)), other.extractor, cache=default_cache())
        assert other.count == count


def test_a_run_that_is_killed_goes_on_where_it_was(many: Path) -> None:
    whole, eye = seen(open_set(str(many)), Eye().extractor), Eye()

    def killed(done: int, total: int) -> None:
        if done >= PIECE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seen(open_set(str(many)), eye.extractor, cache=default_cache(), progress=killed)
    eye.count = 0
    assert equal(whole, seen(open_set(str(many)), eye.extractor, cache=default_cache()))
    assert eye.count == PIECE * 3 // 2


def _cut(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _flip(path: Path, _: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _text(path: Path, _: Path) -> None:
    path.write_text("somebody's notes")


def _another_piece(path: Path, _: Path) -> None:
    path.write_bytes((path.parent / "000000.safetensors").read_bytes())


def _another_set(path: Path, other: Path) -> None:
    seen(open_set(str(other)), Eye().extractor, cache=default_cache())
    (foreign,) = (p for p in default_cache().rglob(path.name) if p.parent != path.parent)
    path.write_bytes(foreign.read_bytes())


@pytest.mark.parametrize("spoil", [_cut, _flip, _text, _another_piece, _another_set])
def test_a_spoilt_piece_is_seen_again_and_written_again(
    many: Path, tmp_path: Path, spoil: Callable[[Path, Path], None]
) -> None:
    eye = Eye()
    whole = seen(open_set(str(many)), eye.extractor, cache=default_cache())
    (path,) = default_cache().rglob("000001.safetensors")
    other = tmp_path / "other"
    other.mkdir()
    for index in range(PIECE + 20):
        Image.fromarray(np.full((8, 8, 3), index, np.uint8)).save(other / f"{index:03}.png")
    spoil(path, other)
    eye.count = 0
    assert equal(whole, seen(open_set(str(many)), eye.extractor, cache=default_cache()))
    assert eye.count == PIECE
    eye.count = 0
    assert equal(whole, seen(open_set(str(many)), eye.extractor, cache=default_cache()))
    assert eye.count == 0


def test_the_cache_is_bounded_and_keeps_what_was_used_last(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = default_cache() / "notes"
    stranger.mkdir(parents=True)
    for revision in ("1", "2", "3"):
        seen(open_set(str(many)), Eye(revision=revision).extractor, cache=default_cache())
    folders = [p for p in default_cache().iterdir() if p != stranger]
    assert len(folders) == 3
    size = sum(p.stat().st_size for p in folders[0].iterdir())
    for age, revision in enumerate(("2", "1", "3")):
        kept = caching.FeatureCache(default_cache(), open_set(str(many)).digest,
                                    Eye(revision=revision).extractor)  # fmt: skip
        os.utime(kept._folder, (1000 + age, 1000 + age))
    monkeypatch.setattr(caching, "LIMIT", 2 * size + 100)
    eye = Eye(revision="1")
    seen(open_set(str(many)), eye.extractor, cache=default_cache())
    assert eye.count == 0
    for revision, again in (("3", 0), ("2", PIECE * 5 // 2 - 1)):
        eye = Eye(revision=revision)
        seen(open_set(str(many)), eye.extractor, cache=default_cache())
        assert eye.count == again
    assert stranger.is_dir()


def test_a_cache_that_cannot_be_written_is_a_plain_error(many: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(UsageError, match=r"features cannot be kept in .*--no-cache"):
        seen(open_set(str(many)), Eye().extractor, cache=file)


def test_no_readable_picture_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DataError, match=r"no picture of .* can be read: a\.png: "):
        seen(open_set(str(tmp_path)), Eye().extractor, cache=default_cache())


def test_labels_that_the_extractor_does_not_know_are_unknown(many: Path) -> None:
    eye = Eye(labels=("red", "green"))
    assert seen(open_set(str(many), n=9), eye.extractor).asked is None


def test_a_judge_sees_bytes_as_it_sees_pictures() -> None:
    extractor, judge = load_extractor("eurosat", device="cpu"), load_judge("eurosat")
    pixels = torch.randint(0, 256, (3, 3, 64, 64), generator=torch.Generator().manual_seed(0))
    features, logits = extractor.see(pixels.to(torch.uint8))
    scaled = pixels / 127.5 - 1
    assert logits is not None
    assert np.allclose(features, judge.features(scaled), atol=1e-5)
    assert np.allclose(logits, judge.logits(scaled), atol=1e-5)
    assert (extractor.revision, extractor.labels) == (judge.revision, judge.labels)
    assert extractor.resize == "antialiased bilinear to 64 x 64"
    with pytest.raises(UsageError, match=r"eurosat sees uint8 pictures \(B, 3, 64, 64\)"):
        extractor.see(pixels[:, :, :32].to(torch.uint8))


def test_pictures_are_made_small_without_aliases() -> None:
    extractor = Eye(side=16).extractor
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255  # finer than 16 pixels can show: grey, wherever the samples fall
    fitted = extractor.fit(stripes)
    assert fitted.shape == (16, 16, 3)
    assert (abs(fitted[:, 1:-1].astype(int) - 128) <= 1).all()
    wide = extractor.fit(np.zeros((10, 90, 3), np.uint8))
    assert wide.shape == (16, 16, 3)


def test_the_default_is_the_judge_that_knows_the_labels() -> None:
    judges = {name: load_judge(name).labels for name in ("fruits360", "eurosat")}
    assert default_extractor(judges["eurosat"][3:5]) == "eurosat"
    assert default_extractor([label.upper() for label in judges["fruits360"]]) == "fruits360"
    assert default_extractor(["Dog"]) == default_extractor() == "fruits360"
