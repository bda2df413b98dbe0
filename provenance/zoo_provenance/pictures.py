"""Opening pictures from strangers: what kind of file it is, and its pixels, within caps."""

from __future__ import annotations

import importlib.util
import warnings
from functools import cache

import numpy as np
from PIL import Image, UnidentifiedImageError

from .bounded import BoundedFile
from .errors import PictureError, TooLargeError
from .raw import raw_type

MAX_BYTES = 256 * 1024**2
MAX_PIXELS = 64 * 1000**2
MAX_PIXELS_OF = dict.fromkeys(
    ("image/webp", "image/avif", "image/heic", "image/heif", "image/gif"), 32 * 1000**2
)
"""Lower caps: these decoders hold several copies of the picture (WebP a gigabyte at 64 megapixels)
and are slow."""
MAX_SCAN_PIXELS = 12 * MAX_PIXELS
"""Pixels times scans of a progressive JPEG: each scan is as much work as a picture, and a small
file can hold thousands."""

DECODABLE = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/avif": "AVIF",
    "image/gif": "GIF",
    "image/bmp": "BMP",
}
"""MIME types whose pixels are decoded here, with Pillow's name of the format. No other decoder of
Pillow ever sees a stranger's file."""
HEIF = ("image/heic", "image/heif")
"""MIME types whose pixels are decoded by pillow-heif, where that is installed."""
_HEIF_EXTRA = "(pip install -e '.[heic]')"

SUFFIXES = frozenset(
    f".{name}"
    for name in "png apng jpg jpeg jpe jfif webp tif tiff avif gif bmp heic heif jxl dng".split()  # noqa: SIM905
)
"""File name endings of pictures, in lower case."""
EXAMINED_SUFFIXES = SUFFIXES | {".svg", ".nef", ".arw"}
"""Endings of files that may carry a manifest: those of drawings and raw pictures, too."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
}
_BEFORE_SVG = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!DOCTYPE svg", b">"))
HEAD = 4096
"""Bytes that are enough to tell what kind of file it is."""


def sniff(data: bytes) -> str | None:
    """The MIME type that the first bytes tell, whatever the file is called; None if none does."""
    for magic, mime in _MAGIC:
        if data.startswith(magic):
            return (raw_type(data) or mime) if mime == "image/tiff" else mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _brand(data)
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return "image/svg+xml" if _is_svg(data[:HEAD]) else None


def _is_svg(head: bytes) -> bool:
    """Whether the first element is svg; declarations, comments and a document type come first."""
    rest = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while rest.startswith(b"<") and not rest.startswith(b"<svg"):
        ends = (end for begin, end in _BEFORE_SVG if rest.startswith(begin))
        rest = rest.partition(next(ends, rest))[2].lstrip()
        if rest.startswith(b"]"):  # the end of entities within the document type
            rest = rest[1:].lstrip(b" >\r\n\t")
    return rest[:4] == b"<svg" and rest[4:5] in (b" ", b">", b"/", b"\t", b"\r", b"\n")


def can_decode(mime: str) -> bool:
    """Whether the pixels of such a file are decoded here, as far as it is whole."""
    return mime in DECODABLE or (mime in HEIF and _has_heif())


@cache
def _has_heif() -> bool:
    return importlib.util.find_spec("pillow_heif") is not None


def _brand(data: bytes) -> str | None:
    """The picture type of an ISO base media file: by its major brand, else a compatible one."""
    end = min(int.from_bytes(data[:4], "big"), 256, len(data))
    brands = [data[8:12], *(data[i : i + 4] for i in range(16, end - 3, 4))]
    if b"avif" in brands:  # libavif writes mif1 first at times, and AVIF is the narrower claim
        return "image/avif"
    return next((_BRANDS[b] for b in brands if b in _BRANDS), None)


def open_lazily(data: bytes) -> Image.Image:
    """Pillow's view of the file, header and metadata only; sizes are checked, pixels not decoded.

    Raises TooLargeError beyond the caps and PictureError for all that is not a picture.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    mime = sniff(data)
    if mime in HEIF and not _has_heif():
        raise PictureError(f"what decodes {mime} is not installed here {_HEIF_EXTRA}")
    if mime is None or not can_decode(mime):
        raise PictureError(f"pixels of {mime or 'this kind of file'} cannot be decoded here")
    name = DECODABLE.get(mime, "HEIF")
    file = BoundedFile(data, mime)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # MPO is a JPEG with further frames behind it; its first frame is the picture.
            image = _open_heif(file) if mime in HEIF else Image.open(file, formats=(name,))
    except Image.DecompressionBombError as error:  # beyond a limit of Pillow's, higher than ours
        most = MAX_PIXELS_OF.get(mime, MAX_PIXELS)
        text = (
            f"the picture says that it is enormous; of {mime} at most {most:,} pixels are decoded"
        )
        raise TooLargeError(text) from error
    except Exception as error:  # damaged files make decoders raise anything
        if file.exceeded:
            raise TooLargeError("the file consists of too many parts") from error
        # Pillow's own words for this name the file object and nothing else.
        unnamed = isinstance(error, UnidentifiedImageError)
        why = "its header is damaged" if unnamed else _sentence(error)
        raise PictureError(f"not a readable {name} picture: {why}") from error
    _check_work(image, mime, data)
    return image


def _open_heif(file: BoundedFile) -> Image.Image:
    """As Pillow would if the decoder were registered, which would be so for the whole process."""
    try:
        plugin = importlib.import_module("pillow_heif.as_plugin")
    except ImportError as error:
        raise PictureError(f"{error} {_HEIF_EXTRA}") from error
    image: Image.Image = plugin.HeifImageFile(file)
    return image


def _check_work(image: Image.Image, mime: str, data: bytes) -> None:
    width, height = image.size
    most = MAX_PIXELS_OF.get(mime, MAX_PIXELS)
    if width * height > most:
        raise TooLargeError(f"{width} x {height} pixels; of {mime} at most {most:,} are decoded")
    if mime == "image/jpeg":
        scans = data.count(b"\xff\xda")
        if width * height * scans > MAX_SCAN_PIXELS:
            raise TooLargeError(f"{width} x {height} pixels in {scans:,} scans; too much work")


def open_picture(data: bytes) -> Image.Image:
    """The first frame as an RGB picture; EXIF orientation is not applied, transparency is dropped.

    Raises TooLargeError (more than 256 MiB, or 64 megapixels, 32 of WebP, AVIF, HEIC and GIF) and
    PictureError (anything else that keeps the pixels from being decoded: damaged, cut off, of an
    unknown kind).
    """
    try:
        return _decode(data)
    except TooLargeError:
        raise
    except PictureError:
        # Texts that cannot be read, or unpack to too much, keep Pillow from pixels that others see.
        bare = _without_texts(data)
        if bare == data:
            raise
        return _decode(bare)


def _decode(data: bytes) -> Image.Image:
    image = open_lazily(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            return to_rgb(image)
    except MemoryError as error:
        raise TooLargeError("decoding its pixels takes more memory than there is") from error
    except Exception as error:
        raise PictureError(f"the pixels cannot be decoded: {_sentence(error)}") from error


def _without_texts(data: bytes) -> bytes:
    """A PNG without its text chunks; anything else as it is."""
    if sniff(data) != "image/png":
        return data
    kept, at = [data[:8]], 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in (b"tEXt", b"zTXt", b"iTXt"):
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _sentence(error: Exception) -> str:
    """On one line: libheif ends its sentences with a line break."""
    return " ".join(str(error).split())


def to_rgb(image: Image.Image) -> Image.Image:
    """RGB, with 16-bit greys scaled: Pillow itself would clip them at 255."""
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image), 0, 65535) >> 8
        image = Image.fromarray(grey.astype(np.uint8))
    return image if image.mode == "RGB" else image.convert("RGB")
