"""What generators leave in a file's metadata, as each writes it, in every container."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from zoo_provenance.evidence import Evidence, Finding
from zoo_provenance.examination import examine
from zoo_provenance.examiners import DeclaredExaminer
from zoo_provenance.metadata import claims_of, read_fields
from zoo_provenance.pictures import sniff
from zoo_provenance.trust import Trust

INFOTEXT = (
    "a cat, <lora:x:1>\nNegative prompt: dog\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 64x64, Model: m, Version: v1.10.1"
)
GRAPH = json.dumps({"3": {"class_type": "KSampler", "inputs": {"seed": 5}}})
WORKFLOW = json.dumps({"last_node_id": 3, "nodes": [{"id": 3, "type": "KSampler"}], "links": []})
SWARM = json.dumps({"sui_image_params": {"prompt": "x", "swarm_version": "0.9"}}, indent=1)
FOOOCUS = json.dumps({"base_model": "m", "full_prompt": ["x"], "prompt": "x", "version": "v2.5.5"})
NOVEL = json.dumps({"prompt": "x", "steps": 28, "sampler": "k_euler", "seed": 1, "uc": ""})
JOB = "a hat --v 6.1 Job ID: 01234567-89ab-cdef-0123-456789abcdef"


def label(value: str, **more: str) -> str:
    return json.dumps({"Label": value, "ContentProducer": "p", "ProduceID": "1", **more})


PNG_TEXT = {
    "AUTOMATIC1111": ("parameters", INFOTEXT),
    "SwarmUI": ("parameters", SWARM),
    "Fooocus": ("parameters", FOOOCUS),
    "Fooocus' scheme": ("fooocus_scheme", "fooocus"),
    "ComfyUI": ("prompt", GRAPH),
    "ComfyUI's editor": ("workflow", WORKFLOW),
    "InvokeAI": ("invokeai_metadata", json.dumps({"generation_mode": "txt2img", "seed": 1})),
    "InvokeAI's graph": ("invokeai_graph", json.dumps({"nodes": {}, "edges": []})),
    "InvokeAI 2": ("sd-metadata", json.dumps({"model": "stable diffusion", "image": {}})),
    "InvokeAI 1": ("Dream", '"a cat" -s 50 -S 123 -W 512 -H 512 -C 7.5 -A k_lms'),
    "NovelAI": ("Software", "NovelAI"),
    "NovelAI's settings": ("Comment", NOVEL),
    "Tensor.Art": ("generation_data", json.dumps({"prompt": "x", "models": []}) + "\0"),
    "Midjourney": ("Description", JOB),
    "AIGC": ("AIGC", label("1")),
}
OTHER_TEXT = {
    "other parameters": ("parameters", "Steps: the ones to the house. Seed: corn"),
    "no settings": ("parameters", "a cat, best quality"),
    "JSON parameters": ("parameters", json.dumps({"steps": 3, "sampler": "x"})),
    "a prompt": ("prompt", "Describe your holidays"),
    "JSON prompt": ("prompt", json.dumps({"question": {"inputs": {}}})),
    "a workflow": ("workflow", json.dumps({"nodes": ["scan", "archive"], "links": []})),
    "a caption": ("Description", "A poster for a talk on Midjourney, Stable Diffusion and DALL-E"),
    "a comment": ("Comment", json.dumps({"prompt": "x"})),
    "a dream": ("Dream", '"I walked -s and -S"'),
    "a scheme": ("fooocus_scheme", "other"),
    "an AIGC of somebody's": ("AIGC", json.dumps({"Label": "1", "Artist": "me"})),
    "label 0": ("AIGC", label("0")),
    "lists": ("AIGC", "[1]"),
    "generation": ("generation_data", json.dumps({"year": 2024})),
}


def png(*texts: tuple[str, str], zipped: bool = False) -> bytes:
    info = PngInfo()
    for keyword, text in texts:
        info.add_text(keyword, text, zip=zipped)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def claims(data: bytes) -> list[tuple[str, str, str]]:
    """(source, field, origin) of each claim."""
    found = claims_of(read_fields(data, sniff(data) or "").found)
    return [(c.field.source, c.field.name, str(c.says)) for c in found]


@pytest.mark.parametrize(("keyword", "text"), PNG_TEXT.values(), ids=PNG_TEXT)
def test_png_text(keyword: str, text: str) -> None:
    for zipped in (False, True):
        assert claims(png((keyword, text), zipped=zipped)) == [("png-text", keyword, "ai")]


@pytest.mark.parametrize(("keyword", "text"), OTHER_TEXT.values(), ids=OTHER_TEXT)
def test_png_text_of_others(keyword: str, text: str) -> None:
    assert claims(png((keyword, text))) == []


def test_international_text_compressed_or_not() -> None:
    for packed in (False, True):
        info = PngInfo()
        info.add_itxt("parameters", "Äpfel, 梨\n" + INFOTEXT, "de", "Angaben", zip=packed)
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
        (field,) = read_fields(out.getvalue(), "image/png").found
        assert field.text.startswith("Äpfel, 梨\n")
        assert claims(out.getvalue()) == [("png-text", "parameters", "ai")]


COMMENTS = {
    "big-endian": b"UNICODE\0" + INFOTEXT.encode("utf-16-be"),
    "little-endian": b"UNICODE\0" + INFOTEXT.encode("utf-16-le"),
    "byte order mark": b"UNICODE\0" + INFOTEXT.encode("utf-16"),
    "UTF-8 under UNICODE": b"UNICODE\0" + INFOTEXT.encode(),
    "ASCII": b"ASCII\0\0\0" + INFOTEXT.encode(),
    "no code": INFOTEXT.encode(),
    "zero code": bytes(8) + INFOTEXT.encode(),
    "graph": b"ASCII\0\0\0" + GRAPH.encode(),
    "Fooocus": FOOOCUS.encode(),
    "AIGC": b"ASCII\0\0\0" + json.dumps({"AIGC": json.loads(label("1"))}).encode(),
    "AIGC as text": b"ASCII\0\0\0" + json.dumps({"AIGC": label("1")}).encode(),
}


def with_exif(format: str, **tags: object) -> bytes:
    exif = Image.Exif()
    for name, value in tags.items():
        exif[int(name[1:], 16)] = value
    out = io.BytesIO()
    if format == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(Image.new("RGB", (64, 64))).save(out, exif=exif.tobytes())
    else:
        Image.new("RGB", (64, 64)).save(out, format, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("comment", COMMENTS.values(), ids=COMMENTS)
def test_user_comments(comment: bytes) -> None:
    assert claims(with_exif("JPEG", x9286=comment)) == [("exif", "UserComment", "ai")]


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF", "HEIF"])
def test_exif_in_every_container(format: str) -> None:
    data = with_exif(format, x9286=COMMENTS["big-endian"], x131="Fooocus v2.5.5")
    assert claims(data) == [("exif", "Software", "ai"), ("exif", "UserComment", "ai")]


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def jpeg_xl(*boxes: bytes) -> bytes:
    kind = box(b"ftyp", b"jxl \0\0\0\0jxl ")
    picture = box(b"jxlc", b"\xff\x0a" + bytes(64))
    return b"\0\0\0\x0cJXL \r\n\x87\n" + kind + b"".join(boxes) + picture


def exif_box() -> bytes:
    exif = Image.Exif()
    exif[0x131] = "Midjourney"
    return box(b"Exif", bytes(4) + exif.tobytes()[6:])


def test_exif_in_jpeg_xl() -> None:
    assert claims(jpeg_xl(exif_box())) == [("exif", "Software", "ai")]


def test_what_jpeg_xl_packs_is_listed_as_unread(tmp_path: Path) -> None:
    packed = [box(b"brob", name + b"\x0b\x02\x80hi\x03") for name in (b"xml ", b"Exif", b"????")]
    wide = b"\0\0\0\1brob" + struct.pack(">Q", 24) + b"Exif" + bytes(4)  # a 64-bit length
    told = ["XMP", "EXIF", "something"]
    told = [f"{what} packed with Brotli, which is not read" for what in told]
    assert read_fields(jpeg_xl(*packed, wide), "image/jxl").unread == told
    assert read_fields(jpeg_xl(box(b"xml ", b"brob")), "image/jxl").unread == []
    assert read_fields(b"\xff\x0a" + box(b"brob", b"Exif"), "image/jxl").unread == []
    alone = declared(tmp_path / "alone.jxl", jpeg_xl(packed[0]))
    assert (alone.finding, alone.summary) == (
        Finding.NOT_EXAMINED, f"In its metadata: {told[0]}."
    )  # fmt: skip
    beside = declared(tmp_path / "beside.jxl", jpeg_xl(exif_box(), packed[0]))
    assert (beside.finding, beside.details["unread"]) == (Finding.SAYS, told[:1])


def declared(path: Path, data: bytes) -> Evidence:
    path.write_bytes(data)
    (found,) = examine(path, trust=Trust(), examiners=[DeclaredExaminer()]).evidence
    return found


def gif(*comments: str, frames: int = 1, behind: bool = False) -> bytes:
    """As AUTOMATIC1111 writes it: Pillow's; ``behind``: the comments come after the frames."""
    pixels = [Image.effect_noise((40, 40), 90 + n).convert("P") for n in range(frames)]
    out = io.BytesIO()
    pixels[0].save(out, "GIF", save_all=True, append_images=pixels[1:])
    data, text = out.getvalue(), b""
    for comment in comments:
        words = comment.encode()
        parts = [words[n : n + 255] for n in range(0, len(words), 255)]
        text += b"!\xfe" + b"".join(bytes([len(p)]) + p for p in parts) + b"\0"
    at = len(data) - 1 if behind else 13 + (3 << (data[10] & 7) + 1)
    return data[:at] + text + data[at:]


def test_comments_of_gif() -> None:
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF", comment=INFOTEXT * 3)
    assert claims(out.getvalue()) == [("gif", "comment", "ai")]
    long = "a cat, " * 100 + INFOTEXT
    for behind in (False, True):
        data = gif("File written by a program", long, label("2"), frames=3, behind=behind)
        assert Image.open(io.BytesIO(data)).n_frames == 3
        assert claims(data) == [("gif", "comment", "ai"), ("gif", "comment", "unknown")]
        (field,) = (f for f in read_fields(data, "image/gif").found if "cat" in f.text)
        assert field.text == long
    assert claims(gif("made with love, Steps: many", frames=2)) == []


def test_comfyui_in_webp() -> None:
    data = with_exif("WEBP", x110="prompt:" + GRAPH, x10F="workflow:" + WORKFLOW)
    assert claims(data) == [("exif", "Make", "ai"), ("exif", "Model", "ai")]


def test_flux_and_grok() -> None:
    data = with_exif("JPEG", x131="AI generated;txt2img;flux", x10F="Black Forest Labs")
    assert claims(data) == [("exif", "Make", "ai"), ("exif", "Software", "ai")]
    signed = {"x10E": "Signature: " + "Ab3+" * 40, "x13B": "01234567-89ab-cdef-0123-456789abcdef"}
    assert claims(with_exif("JPEG", **signed)) == [("exif", "ImageDescription", "ai")]
    assert claims(with_exif("JPEG", x10E=signed["x10E"], x13B="Ada")) == []


def dataset(number: int, text: str) -> bytes:
    return struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text.encode()


def test_iim_in_jpeg() -> None:
    block = dataset(120, "a fruit") + dataset(65, "Adobe Firefly") + dataset(110, "Jane Doe")
    block += dataset(110, "Edited with Google AI")
    named = b"8BIM\x04\x25\x03abc" + struct.pack(">I", 3) + b"xyz\0"  # an odd name, odd data
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block
    payload = b"Photoshop 3.0\0" + named + resource
    plain = io.BytesIO()
    Image.new("RGB", (8, 8)).save(plain, "JPEG")
    segment = b"\xff\xed" + struct.pack(">H", 2 + len(payload)) + payload
    data = plain.getvalue()[:2] + segment + plain.getvalue()[2:]
    assert claims(data) == [
        ("iptc-iim", "Originating Program", "ai"),
        ("iptc-iim", "Credit", "ai-edited"),
    ]


def test_jpeg_segments_of_aigc_and_comments() -> None:
    plain = io.BytesIO()
    Image.new("RGB", (8, 8)).save(plain, "JPEG", comment=INFOTEXT)
    assert claims(plain.getvalue()) == [("jpeg", "comment", "ai")]
    payload = b"AIGC" + label("1").encode()
    segment = b"\xff\xef" + struct.pack(">H", 2 + len(payload)) + payload
    data = plain.getvalue()[:2] + segment + plain.getvalue()[2:]
    assert claims(data) == [("jpeg", "AIGC", "ai"), ("jpeg", "comment", "ai")]
