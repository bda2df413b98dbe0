"""The pictures of the page: drawn anew, and only of what was examined."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
from pages import Page, picture, png
from PIL import Image

import zoo
from zoo.verifying import verify_many
from zoo_provenance.look import draw_thumbnail


def test_thumbnails_are_drawn_anew(tmp_path: Path) -> None:
    secret = b"<script>secret</script>"
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = secret.decode(), 6  # a description; lying on its side
    wide = picture(1).resize((900, 300))
    out = io.BytesIO()
    wide.save(out, "JPEG", exif=exif, comment=secret, icc_profile=secret, quality=95)
    data = out.getvalue() + secret
    thumbnail = draw_thumbnail(data)
    image = Image.open(io.BytesIO(thumbnail.jpeg))
    assert data.count(secret) == 4
    assert b"secret" not in thumbnail.jpeg
    assert not {"exif", "comment", "icc_profile"} & image.info.keys()
    assert image.size == (thumbnail.width, thumbnail.height) == (107, 320)
    upright = np.asarray(wide.rotate(-90, expand=True).resize(image.size), np.int16)
    assert np.abs(np.asarray(image, np.int16) - upright).mean() < 8


def test_what_is_transparent_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 10), (255, 0, 0, 0)).save(out, "PNG")
    drawn = Image.open(io.BytesIO(draw_thumbnail(out.getvalue()).jpeg))
    assert drawn.size == (20, 10)
    assert np.asarray(drawn).min() > 250


def test_a_file_that_changed_meanwhile_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(1))
    answers = list(verify_many([path]))
    path.write_bytes(png(2))
    zoo.write_report(answers, tmp_path / "page.html")
    (article,) = Page((tmp_path / "page.html").read_text("utf-8")).articles
    assert "has been changed since it was examined" in article
    assert hashlib.sha256(png(1)).hexdigest() in article
    assert hashlib.sha256(png(2)).hexdigest() not in article
