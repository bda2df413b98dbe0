"""What EXIF data say of the camera, the exposure and the program that saved a picture.

Cameras write it, programs copy it from one file into another, and anybody can type it. So it is a
claim: it never clears a picture. Tags: CIPA DC-008 (Exif 2.32).
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from PIL.ExifTags import IFD, Base

from zoo_provenance.evidence import Evidence, Finding, Kind
from zoo_provenance.source import Origin
from zoo_provenance.subject import Subject

_MOST = 60
"""Characters of a name that are told: a stranger wrote it."""


class Camera:
    """Claims that a picture was captured where its EXIF data name a camera."""

    name = "camera"
    kind = Kind.CLAIM

    def examine(self, subject: Subject) -> Evidence:
        """Read the EXIF data alone: the picture is not decoded, and nothing is written."""
        try:
            with Image.open(BytesIO(subject.data)) as picture:
                details = read_details(picture.getexif())
        except Exception as error:  # noqa: BLE001 - strangers' files break readers in every way
            why = f"The EXIF data cannot be read here ({type(error).__name__})."
            return Evidence(self.name, self.kind, "failed", Finding.NOT_EXAMINED, summary=why)
        if "camera" not in details:
            return Evidence(self.name, self.kind, "none", Finding.NOTHING, details=details)
        return Evidence(
            self.name,
            self.kind,
            "named",
            Finding.SAYS,
            Origin.CAPTURE,
            summary=f"The EXIF data say: {in_words(details)}. Anybody can write that.",
            details=details,
        )


def read_details(exif: Image.Exif) -> dict[str, str]:
    """``camera``, ``lens``, ``exposure`` and ``software``, as far as they are there."""
    more = exif.get_ifd(IFD.Exif)
    make, model = _text(exif.get(Base.Make)), _text(exif.get(Base.Model))
    camera = model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()
    found = {
        "camera": camera,
        "lens": _text(more.get(Base.LensModel)),
        "exposure": _exposure(more.get(Base.ExposureTime)),
        "software": _text(exif.get(Base.Software)),
    }
    return {key: value for key, value in found.items() if value}


def in_words(details: dict[str, str]) -> str:
    """One clause: ``taken with a Pear One (35mm, 1/250 s), saved by Paint 3``."""
    extra = ", ".join(details[key] for key in ("lens", "exposure") if key in details)
    text = f"taken with {details['camera']}" + (f" ({extra})" if extra else "")
    return text + (f", saved by {details['software']}" if "software" in details else "")


def _text(value: object) -> str:
    """A short printable text, or nothing."""
    if not isinstance(value, str):
        return ""
    shown = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(shown.split())[:_MOST]


def _exposure(value: object) -> str:
    """Seconds as photographers write them."""
    try:
        seconds = float(value)  # type: ignore[arg-type]  # whatever it is
    except (TypeError, ValueError, ZeroDivisionError):
        return ""
    if not 0 < seconds < 1e5:
        return ""
    return f"1/{round(1 / seconds)} s" if seconds < 0.5 else f"{seconds:g} s"
