"""Pipelines of diffusers with tiny random networks, saved as the library saves them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from zoo_diffusers.importing import import_diffusers

diffusers = import_diffusers()


def stable_diffusion(folder: Path) -> Path:
    """Of the shape of Stable Diffusion 1: 32 x 32 pixels, latents of 16 x 16."""
    torch.manual_seed(0)
    pipe = diffusers.StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=_text_encoder(),
        tokenizer=_tokenizer(folder),
        unet=_unet(cross_attention_dim=32),
        scheduler=_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return _saved(pipe, folder)


def stable_diffusion_xl(folder: Path) -> Path:
    """Of the shape of Stable Diffusion XL: two text encoders, sizes in the embedding."""
    torch.manual_seed(1)
    unet = _unet(
        cross_attention_dim=64,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + 32,
        attention_head_dim=(2, 4),
        use_linear_projection=True,
    )
    pipe = diffusers.StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=_text_encoder(),
        text_encoder_2=_text_encoder(projection=True),
        tokenizer=_tokenizer(folder),
        tokenizer_2=_tokenizer(folder),
        unet=unet,
        scheduler=diffusers.EulerDiscreteScheduler(),
        add_watermarker=False,
    )
    return _saved(pipe, folder)


def ddpm(folder: Path, *, flat: bool = False) -> Path:
    """Of the shape of google/ddpm-cifar10-32, smaller: noise to 16 x 16 pixels. ``flat``: as that
    repository lies, its parts side by side in one folder."""
    torch.manual_seed(2)
    unet = diffusers.UNet2DModel(
        sample_size=16,
        block_out_channels=(8, 8),
        norm_num_groups=4,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    )
    pipe = diffusers.DDPMPipeline(unet, diffusers.DDPMScheduler())
    _saved(pipe, folder)
    if flat:
        for part in ("unet", "scheduler"):
            for path in (folder / part).iterdir():
                path.rename(folder / path.name)
            (folder / part).rmdir()
    return folder


def edit_index(folder: Path, **changes: Any) -> None:
    """Change what ``model_index.json`` says."""
    path = folder / "model_index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file by its name, as a Hub serves them."""
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def _saved(pipe: Any, folder: Path) -> Path:
    pipe.save_pretrained(folder, safe_serialization=True)
    text = "---\nlicense: apache-2.0\ndatasets:\n- made/up\n---\n# A page\n"
    (folder / "README.md").write_text(text)
    return folder


def _vae() -> Any:
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 8),
        norm_num_groups=4,
        latent_channels=4,
        sample_size=32,
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
    )


def _unet(**more: Any) -> Any:
    return diffusers.UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        layers_per_block=1,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **more,
    )


def _scheduler() -> Any:
    return diffusers.PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
        steps_offset=1,
    )  # fmt: skip


def _text_encoder(*, projection: bool = False) -> Any:
    import transformers

    config = transformers.CLIPTextConfig(
        vocab_size=len(_vocabulary()), hidden_size=32, intermediate_size=37, projection_dim=32,
        num_attention_heads=4, num_hidden_layers=2, max_position_embeddings=16,
        bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    if projection:
        return transformers.CLIPTextModelWithProjection(config)
    return transformers.CLIPTextModel(config)


def _vocabulary() -> dict[str, int]:
    letters = [chr(i) for i in range(ord("a"), ord("z") + 1)]
    tokens = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{x}</w>" for x in letters)]
    return {token: number for number, token in enumerate(tokens)}


def _tokenizer(folder: Path) -> Any:
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = folder / "vocab.tmp", folder / "merges.tmp"
    vocabulary.write_text(json.dumps(_vocabulary()))
    merges.write_text("#version: 0.2\n")
    tokenizer = transformers.CLIPTokenizer(
        str(vocabulary), str(merges), model_max_length=16, pad_token="<|endoftext|>"
    )
    vocabulary.unlink()
    merges.unlink()
    return tokenizer
