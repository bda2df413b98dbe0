"""Pipelines of diffusers by reference, on tiny random checkpoints that the real libraries saved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("diffusers", reason="diffusers is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

import pipelines
from PIL import Image

import zoo
from zoo.card import Can
from zoo.errors import PluginError, UnknownNameError, UsageError, WeightsError
from zoo.issuing import Issue
from zoo_diffusers.importing import import_diffusers
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record

diffusers = import_diffusers()
Made = dict[str, Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("pipelines")
    return {
        "sd": pipelines.stable_diffusion(root / "sd"),
        "sdxl": pipelines.stable_diffusion_xl(root / "sdxl"),
        "ddpm": pipelines.ddpm(root / "ddpm", flat=True),
    }


@pytest.fixture(scope="module")
def models(made: Made) -> dict[str, zoo.Model]:
    return {name: zoo.load(f"diffusers:{path}", device="cpu") for name, path in made.items()}


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Callable[[str], Path]:
    return lambda name: Path(shutil.copytree(made[name], tmp_path / "copy"))


def words(model: zoo.Model) -> dict[str, Any]:
    return {"prompt": "a red pear"} if Can.PROMPT in model.card.can else {}


def pixels(model: zoo.Model, n: int, **given: Any) -> np.ndarray:
    given = {"seed": 5, "steps": 2, "batch": 1, **words(model), **given}
    return np.stack([p.pixels for p in model.generate(n, **given)]).astype(int)


@pytest.mark.parametrize("name", ["sd", "sdxl", "ddpm"])
def test_a_picture_is_sealed_verified_and_made_again(
    models: dict[str, zoo.Model], made: Made, name: str, tmp_path: Path
) -> None:
    model = models[name]
    issue = Issue(
        model, 2, 5, tmp_path, batch=2, options={"steps": 2}, prompt=words(model).get("prompt")
    )
    first, second = next(iter(issue.run()))
    assert first.path.name == f"diffusers-{name}-5-00000.png"
    examination = zoo.verify(second.path)
    assert (examination.verdict.verdict, examination.verdict.origin) == ("issued-here", "ai")
    again = zoo.replay(second.path, model=f"diffusers:{made[name]}")
    assert again.nearness == "identical"
    ledger = open_ledger(create=False)
    row = ledger.by_sha256(second.sha256)
    ledger.close()
    record = Record.from_json(row.record)
    assert record.model == f"diffusers:{name}"
    assert {"diffusers", "transformers", "torch"} <= record.versions.keys()
    assert record.prompt == words(model).get("prompt")
    assert str(made[name].parent) not in row.record


@pytest.mark.parametrize(
    ("name", "scheduler"),
    [("sd", ""), ("sdxl", "EulerAncestralDiscrete"), ("sd", "LCMScheduler"), ("ddpm", "")],
)
def test_a_picture_is_the_same_in_any_batch_whatever_the_solver_draws(
    models: dict[str, zoo.Model], name: str, scheduler: str
) -> None:
    model = models[name]
    together = pixels(model, 3, batch=3, scheduler=scheduler, steps=3)
    alone = pixels(model, 3, batch=1, scheduler=scheduler, steps=3)
    assert np.abs(together - alone).max() <= 1
    assert np.abs(together[0] - together[1]).mean() > 1
    torch.manual_seed(99)  # nobody's seed but the request's has a part in it
    assert (pixels(model, 3, batch=3, scheduler=scheduler, steps=3) == together).all()
    assert np.abs(pixels(model, 1, seed=6, scheduler=scheduler, steps=3) - together[0]).mean() > 1


def test_every_file_is_in_the_record_and_the_largest_weights_come_first(
    made: Made, models: dict[str, zoo.Model]
) -> None:
    from zoo.placed import digest

    card = models["sdxl"].card
    hashes = {w.file: w.sha256 for w in card.weights}
    assert next(iter(hashes)) == "unet/diffusion_pytorch_model.safetensors"
    files = {p for p in made["sdxl"].rglob("*") if p.is_file() and p.name != "README.md"}
    assert {made["sdxl"] / name for name in hashes} == files
    assert models["sdxl"].weights == tuple(digest(made["sdxl"] / name) for name in hashes)
    assert (card.licence, card.trained_on) == ("apache-2.0", "made/up")
    networks = [p for p in diffusers_parts(made["sdxl"]).values() if isinstance(p, torch.nn.Module)]
    assert card.params == sum(t.numel() for n in networks for t in n.state_dict().values())


def diffusers_parts(folder: Path) -> dict[str, Any]:
    return dict(diffusers.DiffusionPipeline.from_pretrained(folder).components)


def test_a_model_by_reference_is_a_set_of_pictures_to_evaluate(made: Made) -> None:
    from zoo.evaluation.sets.opening import open_set

    found = open_set(f"diffusers:{made['ddpm']}", n=2, options={"steps": "1"}, device="cpu")
    assert found.total == 2


def test_options_change_the_picture(models: dict[str, zoo.Model]) -> None:
    model = models["sd"]
    plain = pixels(model, 1)
    for other in (
        {"guidance": 1.0},
        {"negative_prompt": "blue sky"},
        {"steps": 4},
        {"scheduler": "ddim"},
        {"prompt": "blue sky"},
        {"size": (64, 128)},
    ):
        changed = pixels(model, 1, **other)
        assert changed.shape != plain.shape or (changed != plain).any(), other
    assert (pixels(model, 1, cpu_offload=True) == plain).all()  # means nothing without a GPU
    (wide,) = model.generate(1, seed=5, prompt="a", steps=1, size=(64, 128), batch=1)
    assert wide.record.native_size == (64, 128)


def test_a_given_picture_is_changed_by_its_strength(
    models: dict[str, zoo.Model], tmp_path: Path
) -> None:
    for name in ("sd", "sdxl"):
        file = tmp_path / f"{name}.png"
        Image.linear_gradient("L").resize((64, 32)).convert("RGB").save(file)
        weak, strong, again = (
            pixels(models[name], 1, image=file, strength=s, steps=4, size=64)
            for s in (0.25, 1.0, 0.25)
        )
        assert weak.shape == (1, 32, 64, 3)
        assert (weak == again).all()
        assert (weak != strong).any()
        both = pixels(models[name], 2, image=file, strength=0.25, steps=4, size=64, batch=2)
        assert np.abs(both[:1] - weak).max() <= 1
        with pytest.raises(UsageError, match="less than one"):
            pixels(models[name], 1, image=file, strength=0.1, steps=4)


def test_sdxl_writes_no_watermark_of_its_own(models: dict[str, zoo.Model]) -> None:
    class Marker:
        def apply_watermark(self, pictures: Any) -> Any:
            raise AssertionError("marked")

    model = models["sdxl"]
    plain = pixels(model, 1)
    model.generator.pipe.watermark = Marker()
    assert (pixels(model, 1) == plain).all()


def test_what_cannot_be_done_is_said_plainly(models: dict[str, zoo.Model]) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'EulerDiscrete'"):
        pixels(models["sd"], 1, scheduler="EulerDiscreet")
    with pytest.raises(UsageError, match="give them as the prompt"):
        next(models["sd"].generate(1))
    with pytest.raises(UsageError, match="pictures of one shape"):
        next(models["ddpm"].generate(1, size=(64, 32)))


def test_a_draw_that_no_seed_decides_is_refused(
    models: dict[str, zoo.Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    unet = type(models["ddpm"].generator.pipe.unet)
    plain = unet.forward

    def forward(self: Any, sample: Any, *args: Any, **kwargs: Any) -> Any:
        return plain(self, sample + torch.randn_like(sample), *args, **kwargs)

    monkeypatch.setattr(unet, "forward", forward)
    with pytest.raises(PluginError, match="no seed of yours decides"):
        pixels(models["ddpm"], 1)


def refusal(folder: Path) -> str:
    with pytest.raises((WeightsError, UsageError)) as error:
        zoo.load(f"diffusers:{folder}", device="cpu")
    return str(error.value)


def test_pickles_are_refused_in_any_part(copy: Callable[[str], Path]) -> None:
    folder = copy("sd")
    weights = folder / "text_encoder" / "model.safetensors"
    weights.rename(weights.with_name("pytorch_model.bin"))
    said = refusal(folder)
    assert "of its part 'text_encoder'" in said
    assert "only as text_encoder/pytorch_model.bin" in said
    (folder / "text_encoder" / "pytorch_model.bin").unlink()
    assert "are missing" in refusal(folder)
    (folder / "text_encoder" / "model.fp16.safetensors").write_bytes(b"")
    assert "only as a variant" in refusal(folder)


def test_a_pickle_beside_safetensors_is_not_opened(copy: Callable[[str], Path]) -> None:
    folder = copy("ddpm")
    (folder / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x04never opened")
    card = zoo.find_card(f"diffusers:{folder}")
    assert not any(w.file.endswith(".bin") for w in card.weights)
    assert pixels(zoo.load(f"diffusers:{folder}", device="cpu"), 1).any()


def test_code_of_a_repository_is_never_run(copy: Callable[[str], Path], tmp_path: Path) -> None:
    folder = copy("sd")
    ran = tmp_path / "ran"
    program = f"open({str(ran)!r}, 'w')\nclass Mine: pass\n"
    (folder / "my_pipeline.py").write_text(program)
    (folder / "unet" / "my_unet.py").write_text(program)
    for changes, said in (
        ({"_class_name": ["my_pipeline", "Mine"]}, "code of its own"),
        ({"_class_name": "Mine"}, r"code of its own (my_pipeline.py)"),
        ({"unet": ["my_unet", "Mine"]}, "code of its own"),
        ({"unet": ["my_unet", "UNet2DConditionModel"]}, "code of its own"),
        ({"unet": ["os", "system"]}, "code of its own"),
        ({"unet": ["torch", "Tensor"]}, "code of its own"),
        ({"unet": ["diffusers", "pipelines"]}, "no part"),
        ({"unet": ["diffusers", "NoSuchModel"]}, "no part"),
        ({"../unet": ["diffusers", "UNet2DConditionModel"]}, "code of its own"),
        ({"unet": ["diffusers", "UNet2DConditionModel", 3]}, "does not say what"),
    ):
        before = (folder / "model_index.json").read_text()
        pipelines.edit_index(folder, **changes)
        assert said in refusal(folder), changes
        (folder / "model_index.json").write_text(before)
    path = folder / "text_encoder" / "config.json"
    table = json.loads(path.read_text())
    path.write_text(json.dumps(table | {"auto_map": {"AutoModel": "my_unet.Mine"}}))
    assert "auto_map" in refusal(folder)
    assert not ran.exists()


def test_what_is_no_pipeline_is_said(copy: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no model_index.json" in refusal(tmp_path / "empty")
    assert "there is no such folder" in refusal(tmp_path / "nothing")
    folder = copy("ddpm")
    pipelines.edit_index(folder, _class_name="StableDiffusionInpaintPipeline")
    assert "mask_image" in refusal(folder)
    (folder / "model_index.json").write_text("{")
    assert "cannot be read" in refusal(folder)


@pytest.mark.parametrize("name", ["sd", "OWNER/", "OWNER/NAME@", "a/b/c", "a/..", "a/b@../x"])
def test_a_name_that_can_be_none(name: str) -> None:
    with pytest.raises(UsageError, match=r"expected .*OWNER/NAME"):
        zoo.find_card(f"diffusers:{name}")


def test_weights_that_change_while_they_are_loaded_are_found_out(
    copy: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy("ddpm")
    card = zoo.find_card(f"diffusers:{folder}")
    weights = folder / "diffusion_pytorch_model.safetensors"
    damaged = bytearray(weights.read_bytes())
    damaged[-1] ^= 1
    plain = diffusers.DDPMPipeline.from_pretrained

    def swapped(*args: Any, **kwargs: Any) -> Any:
        weights.write_bytes(damaged)
        return plain(*args, **kwargs)

    monkeypatch.setattr(diffusers.DDPMPipeline, "from_pretrained", swapped)
    from zoo.loading import load_card

    with pytest.raises(WeightsError, match="changed while it was being loaded"):
        load_card(card, device="cpu")
    with pytest.raises(WeightsError, match="expected"):
        load_card(card, device="cpu")
