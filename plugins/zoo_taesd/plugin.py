"""What ``zoo_taesd`` registers. Imports no torch."""

from __future__ import annotations

from zoo.hookspecs import hookimpl
from zoo.scheme import Known, Scheme


@hookimpl
def zoo_schemes() -> list[Scheme]:
    known = Known(
        "taesd:madebyollin/taesd",
        "vae",
        "Stable Diffusion's latents to pictures and back, by 2 x 11 small blocks",
        "mit",
    )
    summary = "small autoencoders of latents (TAESD): OWNER/NAME[@REVISION] on the Hub, or ./FOLDER"
    return [Scheme("taesd", summary, "zoo_taesd.finding:find", "models", (known,))]
