"""Names of generators: whole fields count, and nothing that only resembles or mentions one."""

from __future__ import annotations

import pytest

from zoo_provenance.metadata import Field, claims_of

SOFTWARE = ("exif", "Software")
CREDIT = ("xmp", "photoshop:Credit")
NAMED = [
    (SOFTWARE, "NovelAI"),
    (SOFTWARE, " adobe  FIREFLY 2.0 "),
    (SOFTWARE, "DALL·E 3"),
    (SOFTWARE, "gpt-image-1"),
    (SOFTWARE, "Midjourney v6.1"),
    (SOFTWARE, "ComfyUI/0.3.10"),
    (SOFTWARE, "Google Imagen 4"),
    (SOFTWARE, "Stable Diffusion XL 1.0"),
    (SOFTWARE, "Fooocus v2.5.5"),
    (SOFTWARE, "FLUX.1"),
    (("xmp", "xmp:CreatorTool"), "Bing Image Creator"),
    (("png-text", "Software"), "InvokeAI v4.2.0rc1"),
    (("exif", "Make"), "Ideogram AI"),
    (("iptc-iim", "Originating Program"), "Midjourney"),
    (CREDIT, "Made with Google AI"),
    (CREDIT, "Midjourney"),
]
NOT_NAMED = [
    (SOFTWARE, "Adobe Photoshop 25.0 (Windows)"),
    (SOFTWARE, "Adobe Photoshop Lightroom Classic 13.0"),
    (SOFTWARE, "GIMP 2.10.36"),
    (SOFTWARE, "f.lux 4"),
    (SOFTWARE, "Flux"),
    (SOFTWARE, "Firefly"),
    (SOFTWARE, "Imagen 3000"),
    (SOFTWARE, "Google Imagen 3000"),
    (SOFTWARE, "Midjourney Downloader"),
    (SOFTWARE, "notMidjourney"),
    (SOFTWARE, "Anti Stable Diffusion Filter 2"),
    (SOFTWARE, "Google"),
    (SOFTWARE, "Midjourney" + " " * 500 + "x"),
    (("exif", "Make"), "Imagen 3000"),
    (("exif", "Make"), "Midjourney"),
    (("exif", "Model"), "Ideogram AI"),
    (("exif", "ImageDescription"), "Midjourney"),
    (("png-text", "Description"), "Midjourney"),
    (("png-text", "Title"), "Adobe Firefly"),
    (CREDIT, "Not made with Google AI"),
    (CREDIT, "Jane Doe, with Midjourney"),
]


@pytest.mark.parametrize(("place", "text"), NAMED)
def test_a_generator(place: tuple[str, str], text: str) -> None:
    (claim,) = claims_of([Field(*place, text)])
    assert claim.says == "ai"


@pytest.mark.parametrize(("place", "text"), NOT_NAMED)
def test_not_a_generator(place: tuple[str, str], text: str) -> None:
    assert claims_of([Field(*place, text)]) == []
