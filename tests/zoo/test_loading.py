"""Loading: weights, devices and what is missing."""

from __future__ import annotations

import dataclasses
import shutil
import sys
import types
from importlib.resources import files
from pathlib import Path

import pytest

import zoo
from zoo.card import Can
from zoo.errors import MissingExtraError, PluginError, UsageError, WeightsError
from zoo.loading import load_card


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """A copy of the bundled weights."""
    weights = zoo.find_card("stylegan-lite").weights[0]
    copy = tmp_path / "stylegan-lite.fruits360.safetensors"
    shutil.copyfile(str(files("zoo_gan") / weights.file), copy)
    return copy


def test_ones_own_weights_are_recorded_by_their_sha256(bundled: Path) -> None:
    normal = zoo.load("stylegan-lite", device="cpu")
    given = zoo.load("stylegan-lite", device="cpu", weights=bundled)
    folder = zoo.load("stylegan-lite", device="cpu", weights=f"local-dir:{bundled.parent}")
    assert normal.weights == given.weights == folder.weights
    assert normal.weights == (normal.card.weights[0].sha256,)


def test_a_card_whose_file_was_changed_is_not_loaded(bundled: Path) -> None:
    card = zoo.find_card("stylegan-lite")
    local = dataclasses.replace(
        card.weights[0], source=f"local-dir:{bundled.parent}", file=bundled.name
    )
    moved = dataclasses.replace(card, weights=(local,))
    assert load_card(moved, device="cpu").weights == (local.sha256,)
    data = bytearray(bundled.read_bytes())
    data[-1] ^= 1
    bundled.write_bytes(data)
    with pytest.raises(WeightsError, match="its sha256 is"):
        load_card(moved, device="cpu")


def test_without_torch_loading_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"pip install -e '.\[models\]'"):
        zoo.load("stylegan-lite")
    assert zoo.list_models()


@pytest.mark.parametrize("device", ["gpu", "meta", "cuda:99", "xpu"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    with pytest.raises(UsageError, match=device):
        zoo.load("stylegan-lite", device=device)


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        ("broken_here:gone", "cannot import broken_here:gone"),
        ("no_such_module:build", "ModuleNotFoundError"),
        ("broken_here:fails", "KeyError: 'weights'"),
        ("broken_here:nonsense", r"expected an object with generate\(request\)"),
        ("broken_here:no_latent", "lacks latent_shape or decode"),
    ],
)
def test_a_factory_that_breaks_its_contract_is_named(
    monkeypatch: pytest.MonkeyPatch, factory: str, message: str
) -> None:
    def fails(*arguments: object) -> None:
        raise KeyError("weights")

    module = types.ModuleType("broken_here")
    vars(module).update(
        fails=fails,
        nonsense=lambda *arguments: 3,
        no_latent=lambda *arguments: types.SimpleNamespace(generate=fails),
    )
    monkeypatch.setitem(sys.modules, "broken_here", module)
    card = zoo.Card(
        "broken.here", "demo", "Demo", factory, (8, 8), 0, "MIT", "nothing",
        can=frozenset({Can.LATENT}),
    )  # fmt: skip
    with pytest.raises(PluginError, match=message):
        load_card(card, device="cpu")


def test_other_weights_do_not_carry_the_cards_licence(tmp_path: Path) -> None:
    from safetensors import safe_open
    from safetensors.torch import save_file

    bundled = files("zoo_gan") / "weights" / "stylegan-lite.fruits360.safetensors"
    with safe_open(str(bundled), framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata() | {"trained_on": "Discs (CC0-1.0)"}
    other = tmp_path / "other.safetensors"
    save_file(tensors, other, metadata=metadata)
    (picture,) = zoo.load("stylegan-lite", weights=other).generate(1, seed=1, batch=1)
    assert picture.record.trained_on == "Discs (CC0-1.0)"
    assert picture.record.licence != "Apache-2.0"
