"""From ``taesd:NAME`` to a card."""

from __future__ import annotations

from pathlib import Path

from zoo.card import Can, Card
from zoo.errors import WeightsError
from zoo.hub.fetching import cached, missing
from zoo.hub.fetching import fetch as fetch_file
from zoo.hub.reference import HUB, Reference, parse
from zoo.hub.resolving import resolve
from zoo.own_folder import folder_id, own_folder
from zoo.placed import digest
from zoo.weights import MAX_BYTES, Weights

FILE = "diffusion_pytorch_model.safetensors"
_ABSENT = "TAESD's weights are there as that file; Zoo loads no others"


def find(name: str, fetch: bool) -> Card:
    """The card of what follows ``taesd:``; see :class:`zoo.scheme.Scheme`. Its one file, of some
    megabytes, is fetched for that."""
    folder = own_folder(name, "taesd", fetch=fetch)
    if folder is not None:
        path, called, source = folder / FILE, folder_id(folder), f"local-dir:{folder}"
        if not path.is_file():
            raise WeightsError(f"{folder} holds no {FILE}. {_ABSENT}")
    else:
        reference = parse(name)
        if fetch:
            reference = resolve(reference, FILE, absent=_ABSENT, remedy=_fetching(reference))
        path = _file(reference, fetch=fetch)
        source = str(reference)
        called = source.removeprefix(HUB)
    return Card(
        id=f"taesd:{called}",
        family="vae",
        summary="TAESD, a small autoencoder of Stable Diffusion's latents: of noise, textures",
        factory="zoo_taesd.model:build",
        size=(512, 512),
        params=0,
        licence="see its page (madebyollin's are MIT)",
        trained_on=f"what the page of {called} says",
        weights=(Weights(source, FILE, path.stat().st_size, digest(path)),),
        can=frozenset({Can.LATENT, Can.ENCODE}),
        size_step=8,
    )


def _file(reference: Reference, *, fetch: bool) -> Path:
    remedy = _fetching(reference)
    path = cached(reference, FILE) if reference.commit else None
    if path is None and not fetch:
        raise missing(reference, FILE, remedy)
    return path or fetch_file(reference, FILE, remedy=remedy, most=MAX_BYTES, absent=_ABSENT)


def _fetching(reference: Reference) -> str:
    revision = f" --revision {reference.revision}" if reference.revision else ""
    return f"hf download {reference.repository} {FILE}{revision}"
