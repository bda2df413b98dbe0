"""Names by which generators of pictures call themselves in fields for software, maker and credit.

A name counts where it is the whole field, but for a version behind it: "Photoshop", "Lightroom",
a camera called "Imagen 3000" and a caption that mentions Midjourney say nothing. ``seen`` is where
the name is documented, or in whose pictures it was seen. Names that are words for other things,
too, are left out ("Flux", "Firefly", "Gemini", "Leonardo", "Canva").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..source import Origin
from ..text import clean
from .claim import Claim
from .field import Field


@dataclass(frozen=True)
class Generator:
    """``names``: whole fields, in lower case."""

    names: tuple[str, ...]
    seen: str
    says: Origin = Origin.AI


SOFTWARE = (
    Generator(("novelai",), "PNG Software; github.com/NovelAI/novelai-image-metadata"),
    Generator(("fooocus",), "EXIF Software; lllyasviel/Fooocus modules/meta_parser.py"),
    Generator(
        ("ai generated;txt2img;flux", "ai generated;img2img;flux"),
        "EXIF Software; black-forest-labs/flux src/flux/util.py",
    ),
    Generator(("stable diffusion", "stable diffusion xl", "stable diffusion web ui", "sdxl")
              , "the project's name; stability.ai"),
    Generator(("automatic1111", "comfyui", "invokeai", "swarmui", "easy diffusion", "draw things"),
              "the projects' names"),
    Generator(("midjourney", "midjourney bot"), "the service's name; midjourney.com"),
    Generator(("adobe firefly", "adobe firefly image"), "the service's name; firefly.adobe.com"),
    Generator(
        ("dall-e", "dall·e", "dall•e", "openai dall-e", "openai dall·e", "chatgpt dall-e",
         "gpt-image", "openai gpt-image"),
        "the models' names; platform.openai.com/docs, and IPTC's example of AI System Used",
    ),
    Generator(("google imagen", "google gemini"), "the models' names; deepmind.google"),
    Generator(("bing image creator", "microsoft designer image creator"),
              "the service's name; bing.com/create"),
    Generator(("ideogram", "ideogram ai"), "the service's name; ideogram.ai"),
    Generator(("leonardo.ai", "leonardo ai"), "the service's name; leonardo.ai"),
    Generator(("dreamstudio", "nightcafe", "nightcafe studio", "craiyon", "tensor.art", "krea.ai",
               "playground ai"), "the services' names"),
    Generator(("flux.1", "flux.2", "flux.1 [dev]", "flux.1 [schnell]", "flux.1 [pro]"),
              "the models' names; bfl.ai"),
    Generator(("reve.com",), "XMP CreatorTool; seen in Reve's pictures"),
)  # fmt: skip
"""In EXIF and TIFF Software, xmp:CreatorTool, PNG Software, and IIM Originating Program."""

MAKERS = (
    Generator(("black forest labs",), "EXIF Make; black-forest-labs/flux src/flux/util.py"),
    Generator(("ideogram ai",), "EXIF Make; seen in Ideogram's pictures"),
)
"""In EXIF and TIFF Make."""

CREDITS = (
    Generator(("made with google ai",), "photoshop:Credit; Google's Gemini and Imagen"),
    Generator(
        ("edited with google ai",),
        "photoshop:Credit; Google Photos, blog.google 2024-10-24",
        Origin.AI_EDITED,
    ),
)
"""In photoshop:Credit and Source, and IIM Credit and Source; the names of software, too."""

_VERSION = re.compile(
    r"[ /_-]?(?:version |v\.? ?)?\d{1,3}(?:\.\d{1,4}){0,3}(?:[ -]?(?:alpha|beta|rc)\d{0,2})?$"
)
_MAX = 120


def _table(*groups: tuple[Generator, ...]) -> dict[str, Generator]:
    return {name: one for group in groups for one in group for name in one.names}


_SOFTWARE, _MAKERS, _CREDITS = _table(SOFTWARE), _table(MAKERS), _table(CREDITS, SOFTWARE)
_FIELDS = {
    ("exif", "Software"): _SOFTWARE,
    ("exif", "Make"): _MAKERS,
    ("xmp", "tiff:Software"): _SOFTWARE,
    ("xmp", "tiff:Make"): _MAKERS,
    ("xmp", "xmp:CreatorTool"): _SOFTWARE,
    ("xmp", "photoshop:Credit"): _CREDITS,
    ("xmp", "photoshop:Source"): _CREDITS,
    ("png-text", "Software"): _SOFTWARE,
    ("iptc-iim", "Originating Program"): _SOFTWARE,
    ("iptc-iim", "Credit"): _CREDITS,
    ("iptc-iim", "Source"): _CREDITS,
}


def named(field: Field) -> Claim | None:
    """The claim of a field that holds a generator's name."""
    table = _FIELDS.get((field.source, field.name))
    if table is None or len(field.text) > _MAX:
        return None
    text = " ".join(field.text.split())
    name = text.casefold()
    found = table.get(name) or table.get(_VERSION.sub("", name))
    return Claim(field, found.says, f"a generator's name, {clean(text, 60)}") if found else None
