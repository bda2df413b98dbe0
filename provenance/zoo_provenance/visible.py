"""The visible label: legible words in a corner, drawn before the picture is marked.

Those who publish deep fakes must label them for people to see (EU AI Act, Art. 50(4)).
"""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from .errors import PictureError
from .record import label_problem

_HEIGHT = 0.05
"""Of the letters, as a share of the shorter side."""
_WANTED, _LEAST = 14, 9
"""Pixels of the letters: where the picture is small, and at the very least."""


def drawing_problem(text: str) -> str | None:
    """Why a text cannot be drawn as a label, or None."""
    problem = label_problem(text)
    if problem is None and (missing := _missing(text)):
        problem = (
            f"the visible label holds {missing!r}, which the font has no letters for; use "
            "unaccented Latin letters, such as 'AI GENERATED'"
        )
    return problem


def _missing(text: str) -> str:
    font = ImageFont.load_default(_WANTED)
    box = bytes(font.getmask("\uffff"))  # what a font draws for what it lacks
    return "".join(letter for letter in text if bytes(font.getmask(letter)) == box)


def draw_label(image: Image.Image, text: str) -> Image.Image:
    """A copy of an RGB picture with ``text``, white on black, in its lower left corner.

    Letters are a twentieth of the shorter side high, or smaller where the text is too long. Raises
    PictureError where it would not be legible.
    """
    if problem := drawing_problem(text):
        raise PictureError(problem)
    size = max(_WANTED, round(min(image.size) * _HEIGHT))
    while size >= _LEAST:
        font = ImageFont.load_default(size)
        left, top, right, bottom = font.getbbox(text)
        pad = max(3, size // 3)
        width, height = right - left + 2 * pad, bottom - top + 2 * pad
        if width <= image.width and height <= image.height / 2:
            break
        size -= 1
    else:
        raise PictureError(
            f"{image.width} x {image.height} pixels have no room for the visible label {text!r}; "
            "shorten it or make the picture larger"
        )
    labelled = image.copy()
    drawing = ImageDraw.Draw(labelled)
    corner = image.height - height
    drawing.rectangle((0, corner, width - 1, image.height - 1), fill=(0, 0, 0))
    drawing.text((pad - left, corner + pad - top), text, fill=(255, 255, 255), font=font)
    return labelled
