"""TAESD: the same numbers as the library's, from the library's files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("diffusers", reason="diffusers is not installed")

from hub import use
from hub_server import HubServer

import zoo
from zoo.errors import WeightsError
from zoo.issuing import Issue
from zoo_diffusers.importing import import_diffusers
from zoo_taesd.finding import FILE
from zoo_taesd.network import Taesd


@pytest.fixture(scope="module")
def theirs() -> Any:
    """The library's network with random weights, narrower than the published one."""
    torch.manual_seed(0)
    widths = {"encoder_block_out_channels": (16,) * 4, "decoder_block_out_channels": (16,) * 4}
    return import_diffusers().AutoencoderTiny(**widths).eval()


@pytest.fixture
def folder(theirs: Any, tmp_path: Path) -> Path:
    theirs.save_pretrained(tmp_path / "taesd", safe_serialization=True)
    return tmp_path / "taesd"


@torch.no_grad()
def test_it_encodes_and_decodes_as_the_library_does(theirs: Any, folder: Path) -> None:
    ours = zoo.load(f"taesd:{folder}", device="cpu").generator.network
    pictures = torch.rand(2, 3, 64, 48) * 2 - 1
    latents = theirs.encode(pictures).latents
    assert latents.shape == (2, 4, 8, 6)
    assert (ours.encode(pictures) - latents).abs().max() < 1e-5
    noise = 4 * torch.randn(2, 4, 8, 6)
    assert (ours.decode(noise) - theirs.decode(noise).sample).abs().max() < 1e-5


def test_the_published_width_has_the_library_s_parameters() -> None:
    def named(network: torch.nn.Module) -> dict[str, tuple[int, ...]]:
        return {name: tuple(t.shape) for name, t in network.state_dict().items()}

    with torch.device("meta"):
        assert named(Taesd(4, 64)) == named(import_diffusers().AutoencoderTiny())
        assert named(Taesd(16, 64)) == named(import_diffusers().AutoencoderTiny(latent_channels=16))


def test_it_makes_pictures_and_finds_their_latents(folder: Path, tmp_path: Path) -> None:
    name = f"taesd:{folder}"
    model = zoo.load(name, device="cpu")
    issue = Issue(model, 1, 1, tmp_path / "out", size=(160, 256), batch=1)
    (issued,) = next(iter(issue.run()))
    assert issued.path.name == "taesd-taesd-1-00000.png"
    assert zoo.replay(issued.path, model=name).nearness == "identical"
    pixels = np.zeros((1, 64, 64, 3), np.uint8)
    assert model.encode(pixels).shape == (1, 4, 8, 8)
    assert model.decode(np.zeros((1, 4, 8, 6), np.float32)).shape == (1, 64, 48, 3)


def test_it_cannot_be_tuned(folder: Path) -> None:
    from zoo.errors import UsageError
    from zoo.tuning.tune import check

    with pytest.raises(UsageError, match="a model by reference"):
        check(f"taesd:{folder}", "colourfulness", None)


def test_from_the_hub_at_one_commit(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (folder / FILE).read_bytes()
    with HubServer() as hub:
        commit = hub.add("somebody/taesd", {FILE: data})
        use(monkeypatch, tmp_path / "hub", hub)
        card = zoo.find_card("taesd:somebody/taesd")
        assert card.id == f"taesd:somebody/taesd@{commit}"
        assert card.weights[0].sha256 == hashlib.sha256(data).hexdigest()
    use(monkeypatch, tmp_path / "hub", None)
    assert zoo.load(card.id, device="cpu").weights == (card.weights[0].sha256,)
    use(monkeypatch, tmp_path / "cold", None)
    with pytest.raises(WeightsError, match=f"hf download somebody/taesd {FILE}"):
        zoo.find_card(card.id)


def test_other_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(1)}, folder / FILE)
    with pytest.raises(WeightsError, match="not TAESD's"):
        zoo.load(f"taesd:{folder}", device="cpu")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match="holds no diffusion_pytorch_model"):
        zoo.find_card(f"taesd:{tmp_path / 'empty'}")
