"""Four hundred files that mean harm: every one gets an answer or a plain error, within bounds."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import SourceType

COUNT = 400
MAX_SECONDS = 5.0
MAX_BYTES = 1 << 30

# Runs in a process of its own, so that its memory can be measured.
VERIFY = """
import json, resource, sys, time
from pathlib import Path
import zoo
from zoo_provenance.errors import ProvenanceError
from zoo_provenance.verdict import VerdictName
answers = {}
paths = json.load(sys.stdin)
try:
    zoo.verify(Path(paths[0]).with_name("secret.png"))  # what is imported counts for no file
except ProvenanceError:
    pass
for number, name in enumerate(paths):
    start, cpu = time.perf_counter(), time.process_time()
    try:
        answer = str(VerdictName(zoo.verify(Path(name), thorough=number % 8 == 0).verdict.verdict))
    except ProvenanceError as error:
        assert str(error) and error.code
        answer = "error " + error.code
    answers[name] = (answer, time.process_time() - cpu, time.perf_counter() - start)
if sys.platform == "linux":  # what getrusage tells begins with the peak of the parent
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
else:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
json.dump({"answers": answers, "peak": peak}, sys.stdout)
"""


def bases(make_image) -> dict[str, bytes]:
    """Each format sealed and plain."""
    found = {}
    image = make_image(1, 96)
    for name in ("png", "jpeg", "webp", "tiff", "avif"):
        out = io.BytesIO()
        source = SourceType.TRAINED_ALGORITHMIC_MEDIA
        seal(image, Record.external("x", "1"), source=source, out=out, format=name)
        found[f"sealed.{name}"] = out.getvalue()
        plain = io.BytesIO()
        image.save(plain, name)
        found[f"plain.{name}"] = plain.getvalue()
    return found


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One of the ways in which files break or are broken."""
    changed = bytearray(data)
    at = rng.randrange(len(data))
    way = rng.randrange(8)
    if way == 0:
        return data[:at]
    if way == 1:
        for _ in range(rng.choice((1, 4, 64))):
            changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif way == 2:  # a length of almost 4 GiB somewhere near the beginning
        changed[min(at, 400) : min(at, 400) + 4] = b"\xff\xff\xff\xf0"
    elif way == 3:
        changed[at : at + rng.randrange(1, 2000)] = b""
    elif way == 4:
        changed[at:at] = changed[: rng.randrange(1, 2000)]
    elif way == 5:
        changed[at : at + 300] = rng.randbytes(300)
    elif way == 6:
        return data + rng.randbytes(rng.randrange(1, 5000))
    else:  # damage inside what C2PA and XMP readers parse
        start = max(data.find(b"jumb"), data.find(b"<x:xmpmeta"), 0)
        for _ in range(8):
            changed[min(start + rng.randrange(4000), len(data) - 1)] = rng.randrange(256)
    return bytes(changed)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bombs(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Small files that ask for much."""
    sealed = files["sealed.png"]
    jpeg, avif, webp = (files[f"plain.{name}"] for name in ("jpeg", "avif", "webp"))
    signature = b"\x89PNG\r\n\x1a\n"
    for width, height in ((7990, 7990), (9000, 9000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)):
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
        packed = zlib.compress(bytes(min((1 + (width + 7) // 8) * height, 12_000_000)), 9)
        yield f"bomb-{width}.png", signature + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    text = zlib.compress(b"a" * 50_000_000, 9)
    header, rest = sealed[:33], sealed[33:]
    itxt = b"XML:com.adobe.xmp\0\x01\0\0\0" + text
    yield "text-bomb.png", header + chunk(b"zTXt", b"Comment\0\0" + text) + rest
    yield "xmp-bomb.png", header + chunk(b"iTXt", itxt) + rest
    profile = chunk(b"iCCP", b"icc\0\0" + text)
    yield "profile-bomb.png", header + profile + rest
    yield "many-chunks.png", header + chunk(b"abCd", b"") * 400_000 + rest
    laughs = b"<x:xmpmeta><!DOCTYPE a [<!ENTITY a '" + b"ha" * 999 + b"'><!ENTITY b '&a;&a;'>]>&b;"
    yield "laughs.jpg", b"\xff\xd8\xff\xe1\x40\x00" + laughs + b"</x:xmpmeta>"
    yield "deep.jpg", b"\xff\xd8\xff\xe0" + b"<x:xmpmeta>" + b"<a>" * 200_000 + b"</x:xmpmeta>"
    boxes = b"".join(struct.pack(">I4s", 8 * (2000 - i), b"jumb") for i in range(2000))
    yield "nested.png", header + chunk(b"caBX", boxes) + rest
    yield "loop.tif", b"II*\0\x08\0\0\0" + b"\0\0" + struct.pack("<I", 8)
    yield "huge-tag.tif", b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 700, 1, 2**32 - 1, 8)
    comments = b"\xff\xfe\0\2" * 3_000_000
    yield "many-segments.jpg", jpeg[:2] + comments + jpeg[2:]
    yield "many-boxes.avif", avif + b"\0\0\0\x08free" * 100_000
    riff = webp[12:] + b"abcd\0\0\0\0" * 400_000
    yield "many-chunks.webp", b"RIFF" + struct.pack("<I", len(riff) + 4) + b"WEBP" + riff
    yield "brands.avif", struct.pack(">I", 2**31) + b"ftypavif" + b"avif" * 100


def fill(folder: Path, make_image, count: int) -> list[str]:
    rng = random.Random(20)
    sources = bases(make_image)
    names = []
    for name, data in bombs(sources):
        (folder / name).write_bytes(data)
        names.append(name)
    for name in ("empty.png", "empty.jpg"):
        (folder / name).write_bytes(b"")
        names.append(name)
    (folder / "folder.png").mkdir()
    names += ["folder.png", "missing.png"]
    (folder / "secret.png").write_bytes(sources["plain.png"])
    (folder / "secret.png").chmod(0)
    names.append("secret.png")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.png")
        names += ["pipe.png"]
        (folder / "loop.png").symlink_to("loop.png")
        (folder / "device.png").symlink_to(os.devnull)
        names += ["loop.png", "device.png"]
    extensions = ["png", "jpg", "webp", "tif", "avif", "gif", "txt"]
    for number in range(count - len(names)):
        data = mutate(rng.choice(list(sources.values())), rng)
        name = f"{number:03d}.{rng.choice(extensions)}"
        (folder / name).write_bytes(data)
        names.append(name)
    return [str(folder / name) for name in names]


def assert_quiet(stderr: str) -> None:
    """No traceback and no warning; libtiff prints a line of its own about broken data."""
    assert not [line for line in stderr.splitlines() if "Decode:" not in line]


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory as POSIX tells it")
def test_every_file_gets_an_answer_or_a_plain_error(tmp_path: Path, make_image) -> None:
    paths = fill(tmp_path, make_image, COUNT)
    assert len(paths) == COUNT
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", VERIFY],
        input=json.dumps(paths),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert_quiet(done.stderr)
    result = json.loads(done.stdout)
    assert set(result["answers"]) == set(paths)
    # Seconds of work, and a wait that a busy machine would not explain.
    times = {Path(name).name: times for name, (_, *times) in result["answers"].items()}
    assert not {n: t for n, t in times.items() if t[0] > MAX_SECONDS or t[1] > 6 * MAX_SECONDS}
    assert result["peak"] < MAX_BYTES, f"{result['peak'] >> 20} MiB"
    answers = {Path(name).name: answer for name, (answer, *_) in result["answers"].items()}
    for name in ("empty.png", "folder.png", "missing.png", "pipe.png", "loop.png", "device.png"):
        assert answers[name] == "error unreadable", name
    assert answers["bomb-60000.png"] == "error too-large"
    given = set(answers.values())
    assert {"altered", "error unreadable", "issued-here"} <= given
    assert "declared-capture" not in given


def test_the_command_survives_them(tmp_path: Path, make_image, run_zoo) -> None:
    folder = tmp_path / "pics"
    folder.mkdir()
    fill(folder, make_image, 100)
    done = run_zoo("verify", folder, "--json", "--quick")
    assert done.returncode == 1
    assert_quiet(done.stderr)
    for entry in json.loads(done.stdout)["files"]:
        assert (entry["verdict"] is None) == (entry["error"] is not None)
    text = run_zoo("verify", folder, "--quick")
    assert text.returncode == 1
    assert_quiet(text.stderr)
    assert not any(c < " " and c != "\n" for c in text.stdout)
