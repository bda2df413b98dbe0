"""Weights: what does not fit its card, or is not safetensors, is refused before it is parsed."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from torch import nn

from zoo.errors import PluginError, UsageError, WeightsError
from zoo.safetensor import VerifiedFile, load_state
from zoo.weights import Weights, read_given


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))


@pytest.fixture
def data() -> bytes:
    half = {k: v.half() if v.is_floating_point() else v for k, v in network().state_dict().items()}
    return save(half, metadata={"network": "{}"})


def pinned(folder: Path, data: bytes, written: bytes | None = None) -> Weights:
    """Weights pinned to ``data``, with other bytes in the file where ``written`` is given."""
    (folder / "w.safetensors").write_bytes(data if written is None else written)
    digest = hashlib.sha256(data).hexdigest()
    return Weights(f"local-dir:{folder}", "w.safetensors", len(data), digest)


def test_float16_weights_fill_a_float32_network_that_is_ready_to_use(
    tmp_path: Path, data: bytes
) -> None:
    file = pinned(tmp_path, data).read()
    loaded = load_state(network(), file)
    assert file.metadata() == {"network": "{}"}
    assert not loaded.training
    assert loaded[0].weight.dtype == torch.float32
    assert torch.equal(loaded[0].weight.half(), file.tensors()["0.weight"])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda d: d[:-1], "found .* bytes"),
        (lambda d: d + b"x", "found more"),
        (lambda d: d[:-1] + bytes([d[-1] ^ 1]), "its sha256 is"),
        (lambda d: pickle.dumps({"0.weight": 1}), "a pickle, which can run code"),
        (lambda d: b"PK\x03\x04" + d, "a zip archive"),
        (lambda d: b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (lambda d: b"<!doctype html>", "a web page"),
        (lambda d: b"", "not a safetensors file"),
    ],
)
def test_a_file_that_is_not_the_pinned_one_is_refused_with_what_to_do(
    tmp_path: Path, data: bytes, damage: Callable[[bytes], bytes], message: str
) -> None:
    weights = pinned(tmp_path, data, damage(data))
    with pytest.raises(WeightsError, match=message) as caught:
        weights.read()
    assert weights.sha256 in str(caught.value)
    assert "--weights" in str(caught.value)


def test_a_missing_file_a_folder_and_a_fifo_are_refused(tmp_path: Path, data: bytes) -> None:
    weights = pinned(tmp_path, data)
    path = tmp_path / "w.safetensors"
    path.unlink()
    with pytest.raises(WeightsError, match="missing"):
        weights.read()
    path.mkdir()
    with pytest.raises(WeightsError, match="not a file"):
        weights.read()
    path.rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
        with pytest.raises(WeightsError, match="not a file"):
            weights.read()


@pytest.mark.parametrize("end", [0, 7, 8, 40, -1])
def test_a_truncated_file_of_ones_own_is_refused(tmp_path: Path, data: bytes, end: int) -> None:
    weights = pinned(tmp_path, data, data[:end])
    with pytest.raises(WeightsError, match=r"truncated|not a safetensors file"):
        load_state(network(), read_given(tmp_path / "w.safetensors", (weights,))[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.pop("0.bias"), r"missing tensors: 0\.bias"),
        (lambda t: t.update(extra=torch.zeros(1)), "the network does not have: extra"),
        (lambda t: t.update({"0.bias": torch.zeros(5)}), r"0\.bias \(5,\) for \(4,\)"),
        (lambda t: t.update({"0.bias": torch.zeros(4, dtype=torch.int64)}), r"other .* types"),
    ],
)
def test_tensors_must_fit_the_network_exactly(
    change: Callable[[dict[str, torch.Tensor]], object], message: str
) -> None:
    tensors = network().state_dict()
    change(tensors)
    with pytest.raises(WeightsError, match=message) as caught:
        load_state(network(), VerifiedFile("w.safetensors", "", save(tensors)))
    assert "use the file that the card names" in str(caught.value)


@pytest.mark.parametrize("header", [b"[]", b"{", b'{"__metadata__": 3}', b'{"a": "b"}'])
def test_a_damaged_header_is_refused(header: bytes) -> None:
    data = len(header).to_bytes(8, "little") + header
    file = VerifiedFile("w.safetensors", "", data)
    with pytest.raises(WeightsError, match="get it again"):
        assert file.metadata() or file.tensors()


def test_the_file_is_read_once_so_that_nobody_can_swap_it(tmp_path: Path, data: bytes) -> None:
    file = pinned(tmp_path, data).read()
    (tmp_path / "w.safetensors").write_bytes(b"something else")
    assert file.tensors().keys() == network().state_dict().keys()


@pytest.mark.parametrize(
    ("source", "name", "size"),
    [
        ("https://example.org", "w.safetensors", 1),
        ("hf-hub:owner/name@main", "w.safetensors", 1),
        ("local-dir:", "w.safetensors", 1),
        ("package:zoo_gan", "../w.safetensors", 1),
        ("package:zoo_gan", "/w.safetensors", 1),
        ("package:zoo_gan", "w.safetensors", 0),
    ],
)
def test_weights_that_pin_nothing_are_refused(source: str, name: str, size: int) -> None:
    with pytest.raises(PluginError, match="weights"):
        Weights(source, name, size, "0" * 64)


def test_ones_own_weights_come_from_a_file_or_a_folder(tmp_path: Path, data: bytes) -> None:
    weights = pinned(tmp_path, data)
    by_folder = read_given(f"local-dir:{tmp_path}", (weights,))
    assert by_folder == read_given(tmp_path / "w.safetensors", (weights,))
    assert by_folder[0].sha256 == weights.sha256
    with pytest.raises(UsageError, match="local-dir:PATH"):
        read_given(tmp_path / "w.safetensors", (weights, weights))


def test_bundled_weights_are_as_their_json_says() -> None:
    from importlib.resources import files

    folder = files("zoo_gan") / "weights"
    table = json.loads((folder / "stylegan-lite.fruits360.json").read_text("utf-8"))
    data = (folder / table["file"]).read_bytes()
    assert len(data) == table["size"] <= 12_000_000
    assert hashlib.sha256(data).hexdigest() == table["sha256"]
