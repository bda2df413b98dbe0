"""Where pictures come from: folders, tars, zips, lists of URLs; and what hostile ones achieve."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo.data.fit import Fitting
from zoo.data.options import Preparation
from zoo.data.pack import load_pack, read_rows
from zoo.data.prepare import prepare
from zoo.data.sources import fetch as fetching
from zoo.errors import DataError, UsageError

PLAN = Preparation(Fitting(8), test_fraction=0)


def png(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def write_tar(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def labels_of(folder: Path, split: str = "train") -> dict[str, str | None]:
    """Each picture's label by its path; checks that rows and labels tell the same."""
    pictures = load_pack(folder, split)
    rows = list(read_rows(folder, split))
    if pictures.names:
        assert [pictures.names[n] for n in pictures.labels] == [row["label"] for row in rows]
    else:
        assert not pictures.labels.any()
    return {row["path"]: row["label"] for row in rows}


def test_folders_give_labels(tmp_path: Path) -> None:
    src = tmp_path / "src"
    for name in ("shop/pears/2.png", "shop/apples/1.png", "shop/apples/a/.hidden.png"):
        (src / name).parent.mkdir(parents=True, exist_ok=True)
        (src / name).write_bytes(png(1))
    (src / "shop" / "README.txt").write_text("no picture")
    (src / "shop" / "cover.jpg").write_bytes(b"no picture either")
    card = prepare([str(src)], tmp_path / "out", PLAN)
    assert labels_of(tmp_path / "out") == {
        "shop/apples/1.png": "apples",
        "shop/pears/2.png": "pears",
    }
    assert {s["path"]: s["reason"] for s in card["skipped"]} == {
        "shop/cover.jpg": "pixels of this kind of file cannot be decoded here",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders, no links for users")
def test_links_and_pipes_in_folders_hold_nobody_up(tmp_path: Path) -> None:
    src = tmp_path / "src"
    (src / "red").mkdir(parents=True)
    (src / "red" / "1.png").write_bytes(png(1))
    (src / "red" / "around").symlink_to(src, target_is_directory=True)
    os.mkfifo(src / "red" / "pipe.png")
    card = prepare([str(src)], tmp_path / "out", PLAN)
    assert labels_of(tmp_path / "out") == {"red/1.png": "red"}
    assert [s["reason"] for s in card["skipped"]] == ["not a regular file"]


def test_a_table_gives_labels_and_licences(tmp_path: Path) -> None:
    src = tmp_path / "src"
    src.mkdir()
    for name in ("1", "2", "3"):
        (src / f"{name}.png").write_bytes(png(1))
    table = tmp_path / "labels.csv"
    table.write_text("label,path,licence\nPear,1.png,CC0-1.0\nFig,2.png,\n,3.png,\nFig,gone.png,\n")
    card = prepare([str(src)], tmp_path / "out", Preparation(Fitting(8), 0, labels=table,
                                                            licence="MIT"))  # fmt: skip
    assert labels_of(tmp_path / "out") == {"1.png": "Pear", "2.png": "Fig"}
    assert card["licences"] == {"CC0-1.0": 1, "MIT": 1}
    assert [(s["path"], s["reason"]) for s in card["skipped"]] == [
        ("3.png", f"{table} gives it no label")
    ]
    prepare([str(src)], tmp_path / "bare", Preparation(Fitting(8), 0, no_labels=True))
    assert set(labels_of(tmp_path / "bare").values()) == {None}


def test_pictures_without_a_label_among_labelled_ones_are_left_out(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as pack:
        for index, name in enumerate(("red/1.png", "loose.png", "blue\\2.png")):
            pack.writestr(name, png(index))
    card = prepare([str(archive)], tmp_path / "out", PLAN)
    assert labels_of(tmp_path / "out") == {"red/1.png": "red", "blue/2.png": "blue"}
    (left,) = card["skipped"]
    assert left["path"] == "loose.png"
    assert "no label" in left["reason"]


def test_shards_with_an_index_keep_their_split_and_their_order(tmp_path: Path) -> None:
    src = tmp_path / "src"
    src.mkdir()
    write_tar(src / "x-test-0.tar", {"d.png": png(3)})
    write_tar(src / "x-train-0.tar", {"a.png": png(0), "b.png": png(1), "c.png": png(2)})
    (src / "index.csv").write_text("key,class\na,1\nb,0\nc,7\nd,1\n")
    (src / "labels.json").write_text(
        json.dumps({"classes": ["Zebra", "Ant"], "dataset": "Beasts", "licence": "MIT"})
    )
    (src / "contact-sheet.png").write_bytes(png(9))
    card = prepare([str(src)], tmp_path / "out", Preparation(Fitting(8), test_fraction=0.5))
    assert labels_of(tmp_path / "out") == {
        "x-train-0.tar/a.png": "Ant",
        "x-train-0.tar/b.png": "Zebra",
    }
    assert labels_of(tmp_path / "out", "test") == {"x-test-0.tar/d.png": "Ant"}
    assert load_pack(tmp_path / "out").names == ("Zebra", "Ant")
    assert load_pack(tmp_path / "out").about == "Beasts (MIT)"
    assert [s["reason"] for s in card["skipped"]] == ["class 7, but labels.json has 2"]
    assert set(card["sources"][0]["files"]) == {"x-test-0.tar", "x-train-0.tar"}


def test_webdataset_members_say_what_the_picture_is(tmp_path: Path) -> None:
    members = {
        "1.cls": b"0", "1.png": png(0),
        "2.png": png(1), "2.json": b'{"label": "Pear"}',
        "3.png": png(2), "3.txt": b"a caption",
        "4_c01.png": png(3),
        "5.png": png(4), "5.json": b"{",
    }  # fmt: skip
    archive = write_tar(tmp_path / "w.tar.gz", members, "w:gz")
    (tmp_path / "labels.json").write_text('{"classes": ["Fig", "Plum"]}')
    card = prepare([str(archive)], tmp_path / "out", PLAN)
    assert labels_of(tmp_path / "out") == {"1.png": "Fig", "2.png": "Pear", "4_c01.png": "Plum"}
    assert [s["path"] for s in card["skipped"]] == ["5.png", "3.png"]


def test_lists_name_sources_of_all_kinds(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tar", {"red/1.png": png(0)})
    (tmp_path / "b" / "blue").mkdir(parents=True)
    (tmp_path / "b" / "blue" / "2.png").write_bytes(png(1))
    (tmp_path / "list.txt").write_text("# mine\na.tar\n\nb\n")
    card = prepare([f"@{tmp_path / 'list.txt'}"], tmp_path / "out", PLAN)
    assert labels_of(tmp_path / "out") == {"red/1.png": "red", "blue/2.png": "blue"}
    assert [(s["kind"], s["path"]) for s in card["sources"]] == [("tar", "a.tar"), ("folder", "b")]


def test_hostile_archives_reach_nothing_and_cost_little(tmp_path: Path) -> None:
    head = io.BytesIO()
    with tarfile.open(fileobj=head, mode="w") as tar:
        for name in ("../../up/1.png", "/abs/2.png"):
            info = tarfile.TarInfo(name)
            info.size = len(png(0))
            tar.addfile(info, io.BytesIO(png(0)))
        link = tarfile.TarInfo("abs/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        members = head.getvalue()
    src = tmp_path / "src"
    src.mkdir()
    big = tarfile.TarInfo("abs/big.png")
    big.size = 2**32
    with gzip.open(src / "bomb.tar.gz", "wb", compresslevel=1) as file:
        file.write(members + big.tobuf())
        for _ in range(300):
            file.write(bytes(2**20))
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 2**32
    (src / "header.tar").write_bytes(members + header.tobuf() + bytes(10_000))
    whole = write_tar(tmp_path / "t", {f"abs/{n}.png": png(n) for n in range(9)}).read_bytes()
    (src / "torn.tar").write_bytes(whole[: 1024 * 5 + 700])
    card = prepare([str(src)], tmp_path / "out", PLAN)
    assert set(labels_of(tmp_path / "out").values()) == {"up", "abs"}
    reasons = {s["path"]: s["reason"] for s in card["skipped"]}
    assert "at most" in reasons["bomb.tar.gz/abs/big.png"]
    assert "more than 100 times" in reasons["bomb.tar.gz"]
    assert "extended header" in reasons["header.tar"]
    assert "unexpected end" in reasons["torn.tar"]
    assert {p.name for p in tmp_path.iterdir()} == {"src", "t", "out"}


def test_hostile_zips_reach_nothing_and_cost_little(tmp_path: Path) -> None:
    archive = tmp_path / "z.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("../red/1.png", png(0))
        pack.writestr("red/zeros.png", bytes(30 * 2**20))
        pack.writestr("red/spoilt.png", png(1))
    data = bytearray(archive.read_bytes())
    place = data.index(b"red/spoilt.png") + 40
    data[place : place + 30] = bytes(30)
    archive.write_bytes(data)
    card = prepare([str(archive)], tmp_path / "out", PLAN)
    assert labels_of(tmp_path / "out") == {"../red/1.png": "red"}
    reasons = {s["path"]: s["reason"] for s in card["skipped"]}
    assert "200 times" in reasons["red/zeros.png"]
    assert "cannot be unpacked" in reasons["red/spoilt.png"]


def test_what_is_no_source_is_said_plainly(tmp_path: Path) -> None:
    def refused(error: type[Exception], word: str, **options: bool) -> str:
        with pytest.raises(error) as caught:
            prepare([word], tmp_path / "out", PLAN, **options)
        assert not (tmp_path / "out").exists()
        return str(caught.value)

    for name in ("a.tar", "a.zip", "a.tar.gz", "a.mp4"):
        (tmp_path / name).write_bytes(b"\x1f\x8b nonsense")
    (tmp_path / "urls.csv").write_text("address,licence\nx,MIT\n")
    (tmp_path / "nested").write_text("@nested\n")
    (tmp_path / "empty").mkdir()
    assert "no tar" in refused(DataError, str(tmp_path / "a.tar"))
    assert "no tar" in refused(DataError, str(tmp_path / "a.tar.gz"))
    assert "no zip" in refused(DataError, str(tmp_path / "a.zip"))
    assert "expected a folder" in refused(UsageError, str(tmp_path / "a.mp4"))
    assert "no file or folder" in refused(DataError, str(tmp_path / "gone"))
    assert "no picture" in refused(DataError, str(tmp_path / "empty"))
    assert "another list" in refused(DataError, f"@{tmp_path / 'nested'}")
    assert "--allow-network" in refused(UsageError, str(tmp_path / "urls.csv"))
    assert "no column url" in refused(DataError, str(tmp_path / "urls.csv"), network=True)
    assert "CSV" in refused(UsageError, "https://example.org/pictures.zip")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/1.png")
            self.end_headers()
        elif self.path == "/gone":
            self.send_error(404)
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(bytes(3000) if self.path == "/large" else png(0))

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine."""
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_addresses_are_fetched_within_bounds(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 2000)
    rows = [
        (f"{server}/1.png", "CC0-1.0", "Pear"),
        (f"{server}/2.png", "", "Pear"),
        (f"{server}/large", "MIT", "Fig"),
        (f"{server}/gone", "MIT", "Fig"),
        (f"{server}/away", "MIT", "Fig"),
        ("file:///etc/hostname", "MIT", "Fig"),
        ("http://127.0.0.1:1/", "MIT", "Fig"),
        ("http://[", "MIT", "Fig"),
    ]
    table = tmp_path / "urls.tsv"
    table.write_text("\n".join("\t".join(row) for row in [("url", "licence", "label"), *rows]))
    card = prepare([str(table)], tmp_path / "out", PLAN, network=True, jobs=3)
    assert labels_of(tmp_path / "out") == {f"{server}/1.png": "Pear"}
    assert card["licences"] == {"CC0-1.0": 1}
    reasons = [s["reason"] for s in card["skipped"]]
    for reason, words in zip(reasons, ("no licence", "more than", "404", "redirects to something",
                                       "not an http", "cannot be fetched", "not an http"),
                             strict=True):  # fmt: skip
        assert words in reason
