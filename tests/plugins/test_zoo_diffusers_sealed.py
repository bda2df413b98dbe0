"""A pipeline that somebody has built, every picture of which is sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("diffusers", reason="diffusers is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

import pipelines
from PIL import Image

import zoo
from zoo.errors import UsageError
from zoo.placed import digest
from zoo_diffusers import sealed
from zoo_diffusers.importing import import_diffusers
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record

diffusers = import_diffusers()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pipelines.stable_diffusion(tmp_path_factory.mktemp("sealed") / "sd")


@pytest.fixture
def pipe(folder: Path) -> Any:
    return diffusers.StableDiffusionPipeline.from_pretrained(folder)


def in_ledger(sha256: str) -> Record:
    ledger = open_ledger(create=False)
    row = ledger.by_sha256(sha256)
    ledger.close()
    return Record.from_json(row.record)


def test_pictures_are_returned_and_sealed(pipe: Any, folder: Path, tmp_path: Path) -> None:
    ours = sealed(pipe)
    given = {"num_inference_steps": 2, "num_images_per_prompt": 2, "height": 128, "width": 128}
    pictures = ours("a secret pear", **given, out=tmp_path / "pear.png")
    assert [p.size for p in pictures] == [(128, 128)] * 2
    assert [s.path.name for s in ours.last] == ["pear-0.png", "pear-1.png"]
    for one in ours.last:
        examination = zoo.verify(one.path)
        assert (examination.verdict.verdict, examination.verdict.origin) == ("issued-here", "ai")
        assert b"secret" not in one.path.read_bytes()
    record = in_ledger(ours.last[0].sha256)
    assert (record.model, record.prompt) == ("StableDiffusionPipeline", "a secret pear")
    assert (record.options["num_inference_steps"], record.options["scheduler"]) == (
        2,
        "PNDMScheduler",
    )
    unet = digest(folder / "unet" / "diffusion_pytorch_model.safetensors")
    assert record.options["parts"]["unet"]["sha256"] == unet
    assert {part["of"] for part in record.options["parts"].values()} == {"file"}
    assert unet in record.weights
    assert str(folder) not in record.to_json()


def test_a_part_that_was_changed_is_told_by_its_numbers(
    pipe: Any, folder: Path, tmp_path: Path
) -> None:
    ours = sealed(pipe)
    hashes = []
    for number in range(2):
        ours("a", num_inference_steps=1, out=tmp_path / f"{number}.png", sign_prompt=True)
        hashes.append(in_ledger(ours.last[0].sha256).options["parts"])
        with torch.no_grad():
            pipe.unet.conv_in.bias += 1  # as an adapter that is fused
    assert [h["unet"]["of"] for h in hashes] == ["file", "state"]
    assert hashes[0]["unet"]["sha256"] != hashes[1]["unet"]["sha256"]
    assert hashes[0]["vae"] == hashes[1]["vae"]


def test_a_picture_that_began_with_one_is_edited(folder: Path, tmp_path: Path) -> None:
    pipe = diffusers.StableDiffusionImg2ImgPipeline.from_pretrained(folder)
    begun = Image.linear_gradient("L").resize((128, 128)).convert("RGB")
    ours = sealed(pipe)
    ours("a", image=begun, num_inference_steps=2, out=[tmp_path / "x.webp"])
    assert zoo.verify(tmp_path / "x.webp").verdict.origin == "ai-edited"


def test_each_picture_has_its_own_prompt_and_the_seeds_are_kept(pipe: Any, tmp_path: Path) -> None:
    ours = sealed(pipe)
    given = {"negative_prompt": ["sky"] * 2, "num_inference_steps": 1}
    generator = torch.Generator().manual_seed(11)
    ours(["red pear", "blue sky"], **given, generator=generator, out=tmp_path / "x.png")
    records = [in_ledger(one.sha256) for one in ours.last]
    assert [record.prompt for record in records] == ["red pear", "blue sky"]
    assert records[0].options["generator_seeds"] == [11]


def test_calls_that_do_not_fit(pipe: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave out output_type"):
        sealed(pipe)("a", output_type="latent", out=tmp_path / "x.png")
    with pytest.raises(UsageError, match="made 1 pictures, but there are 2 paths"):
        sealed(pipe)("a", num_inference_steps=1, out=[tmp_path / "x.png", tmp_path / "y.png"])
