"""From ``taesd:NAME`` to a card."""

from __future__ import annotations

from pathlib import Path

from zoo.card import Can, Card
from zoo.errors import WeightsError
from zoo.placed import Placed, digest
from zoo.revisions import folder_id, hub_path, own_folder, resolve, split_reference

FILE = "diffusion_pytorch_model.safetensors"


def find(name: str, fetch: bool) -> Card:
    """The card of what follows ``taesd:``; see :class:`zoo.scheme.Scheme`. Its one file, of some
    megabytes, is fetched for that."""
    folder = own_folder(name, "taesd", fetch=fetch)
    if folder is not None:
        path, called, source = folder / FILE, folder_id(folder), f"local-dir:{folder}"
        if not path.is_file():
            raise WeightsError(f"{folder} holds no {FILE}: Zoo loads no other weights of TAESD")
    else:
        repository, revision = split_reference(name)
        commit = resolve(repository, revision, fetch=fetch)
        path = hub_path(repository, FILE, commit, fetch=fetch)
        called = f"{repository}@{commit}"
        source = f"hf-hub:{called}"
    return Card(
        id=f"taesd:{called}",
        family="vae",
        summary="TAESD, a small autoencoder of Stable Diffusion's latents: of noise, textures",
        factory="zoo_taesd.model:build",
        size=(512, 512),
        params=0,
        licence="see its page (madebyollin's are MIT)",
        trained_on=f"what the page of {called} says",
        weights=(_placed(path, source),),
        can=frozenset({Can.LATENT, Can.ENCODE}),
        size_step=8,
    )


def _placed(path: Path, source: str) -> Placed:
    found = digest(path)
    return Placed(source, FILE, path.stat().st_size, found, find=lambda: path, in_memory=True)
