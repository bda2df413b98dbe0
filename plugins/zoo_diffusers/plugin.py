"""What ``zoo_diffusers`` registers. Imports neither torch nor diffusers."""

from __future__ import annotations

from zoo.hookspecs import hookimpl
from zoo.scheme import Known, Scheme

# Their commits and sizes are the Hub's to say: whoever asks first locks the commit.
_KNOWN = (
    Known(
        "diffusers:google/ddpm-cifar10-32",
        "refine",
        "Small photographs, 32 x 32: noise refined in up to 1,000 steps (Ho et al. 2020)",
        "apache-2.0",
    ),
    Known(
        "diffusers:stabilityai/sdxl-turbo",
        "refine",
        "What words say, 512 x 512, in 1 to 4 steps: --guidance 0 --steps 2",
        "see its page: it restricts use",
    ),
)


@hookimpl
def zoo_schemes() -> list[Scheme]:
    summary = "pipelines of the diffusers library: OWNER/NAME[@REVISION] on the Hub, or ./FOLDER"
    return [Scheme("diffusers", summary, "zoo_diffusers.finding:find", "diffusers", _KNOWN)]
