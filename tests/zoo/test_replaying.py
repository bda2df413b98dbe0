"""Replaying: a sealed picture is made again from its manifest."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import zoo
from zoo.errors import MissingExtraError, ReplayError
from zoo.replaying import Nearness
from zoo_provenance.errors import PictureError
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType
from zoo_provenance.watermark_key import key_file, make_key

Seal = Callable[..., Path]


@pytest.fixture(scope="module")
def picture() -> zoo.Picture:
    model = zoo.load("stylegan-lite", device="cpu")
    batches = model.generate_batches(20, 7, batch=4, options={"truncation": 0.7}, indices=[17])
    return next(batches)[0]


@pytest.fixture
def sealed(tmp_path: Path, picture: zoo.Picture) -> Seal:
    def write(format: str = "png", record: Record | None = None, **changes: Any) -> Path:
        record = dataclasses.replace(record or picture.record, **changes)
        path = tmp_path / f"picture.{format}"
        source = SourceType.TRAINED_ALGORITHMIC_MEDIA
        seal(picture.pixels, record, source=source, out=path, overwrite=True)
        return path

    return write


def test_a_lossless_picture_is_made_again_bitwise(sealed: Seal, picture: zoo.Picture) -> None:
    replay = zoo.replay(sealed())
    assert replay.nearness is Nearness.IDENTICAL
    assert (replay.max_difference, replay.mean_difference, replay.psnr) == (0, 0, None)
    assert replay.recorded == replay.picture.record == picture.record


def test_a_lossy_picture_is_made_again_closely(sealed: Seal) -> None:
    replay = zoo.replay(sealed("jpeg"))
    assert replay.nearness is Nearness.CLOSE
    assert replay.psnr is not None
    assert replay.psnr > 30
    assert replay.max_difference > 0


def test_a_record_of_another_picture_is_told(sealed: Seal) -> None:
    assert zoo.replay(sealed(seed=8)).nearness is Nearness.DIFFERENT


def test_other_weights_are_named_and_can_be_given(sealed: Seal, tmp_path: Path) -> None:
    bundled = files("zoo_gan") / zoo.find_card("stylegan-lite").weights[0].file
    data = bundled.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["created"] = "2020-01-01"
    text = json.dumps(header).encode()
    earlier = len(text).to_bytes(8, "little") + text + data[8 + length :]
    (tmp_path / "earlier.safetensors").write_bytes(earlier)
    shutil.copyfile(str(bundled), tmp_path / "installed.safetensors")
    sha256 = hashlib.sha256(earlier).hexdigest()
    path = sealed(weights=(sha256,))
    with pytest.raises(ReplayError, match=rf"sha256 {sha256}.*--weights FILE"):
        zoo.replay(path)
    with pytest.raises(ReplayError, match="the given file has"):
        zoo.replay(path, weights=tmp_path / "installed.safetensors")
    replay = zoo.replay(path, weights=tmp_path / "earlier.safetensors")
    assert replay.nearness is Nearness.IDENTICAL


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "dall-e.3"}, "not installed here"),
        ({"size": (100_000, 100_000)}, "size is 100000"),
        ({"batch": 10**9}, "batch is"),
        ({"seed": -5}, "seed is -5"),
        ({"index": -1}, "n is 0"),
        ({"options": {"truncation": 50}}, "truncation is '50'"),
        ({"options": {"file": "/etc/passwd"}}, "unknown option 'file'"),
        ({"label": "Dragon"}, "unknown label 'Dragon'"),
        ({"seed": None}, "nothing to replay"),
        ({"weights": ()}, "sha256 none"),
    ],
)
def test_a_strangers_record_passes_the_same_checks(
    sealed: Seal, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ReplayError, match=message):
        zoo.replay(sealed(**changes))


def test_without_torch_it_says_what_to_install(
    sealed: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sealed()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match="models"):
        zoo.replay(path)


def test_a_device_that_is_not_here_is_replaced(sealed: Seal) -> None:
    assert zoo.replay(sealed(device="cuda:99")).nearness is Nearness.IDENTICAL


def test_pictures_of_others_cannot_be_replayed(sealed: Seal, tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="made by 'brush'"):
        zoo.replay(sealed(record=Record.external("brush", "1.0")))
    plain = tmp_path / "plain.png"
    Image.new("RGB", (64, 64)).save(plain)
    with pytest.raises(ReplayError, match="no readable manifest"):
        zoo.replay(plain)
    with pytest.raises(PictureError, match="no such file"):
        zoo.replay(tmp_path / "gone.png")


def test_a_picture_marked_under_a_key_of_ones_own_needs_that_key(sealed: Seal) -> None:
    make_key()
    path = sealed()
    assert zoo.replay(path).nearness is Nearness.IDENTICAL
    key_file().rename(key_file().with_suffix(".away"))
    with pytest.raises(ReplayError, match="under a key that is not here"):
        zoo.replay(path)
