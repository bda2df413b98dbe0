"""An index keeps what it was given, whatever becomes of the process, the files and the disk."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from zoo_provenance.errors import PictureIndexError
from zoo_provenance.index import PictureIndex, open_index
from zoo_provenance.index.adding import add_files
from zoo_provenance.index.search import Searcher
from zoo_provenance.index.writing import writing

pytest.importorskip("cv2")

COUNT = 6


@pytest.fixture
def pictures(tmp_path: Path, make_scene: Callable[..., Image.Image]) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(COUNT)]
    for number, path in enumerate(paths):
        make_scene(number, 200).save(path)
    return paths


@pytest.fixture
def index(tmp_path: Path, pictures: list[Path]) -> PictureIndex:
    with writing(tmp_path / "index", create=True) as writer:
        assert not [a for a in add_files(writer, pictures) if a.error or a.known]
    return open_index(tmp_path / "index")


def answers(index: PictureIndex, pictures: list[Path]) -> list[list[str]]:
    """Of each picture: the names found for its crop, which has no fingerprint of its own."""
    searcher = Searcher(index)
    crops = (Image.open(path).crop((40, 30, 170, 130)) for path in pictures)
    return [[Path(match.entry.path).name for match in searcher.find(crop)] for crop in crops]


def names(pictures: list[Path]) -> list[list[str]]:
    return [[path.name] for path in pictures]


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_known_files_are_passed_over(index: PictureIndex, pictures: list[Path]) -> None:
    first = [(entry.id, entry.added) for entry in index.entries()]
    copy = pictures[0].with_name("copy.png")
    copy.write_bytes(pictures[0].read_bytes())
    new = pictures[0].with_name("new.png")
    Image.new("RGB", (30, 30)).save(new)
    again = new.with_name("again.png")
    again.write_bytes(new.read_bytes())
    with writing(index.folder) as writer:
        found = list(add_files(writer, [*pictures, copy, new, again], jobs=3))
    assert [a.known for a in found] == [True] * (COUNT + 1) + [False, True]
    assert [(e.id, e.added) for e in index.entries()][1:] == first
    assert index.count() == COUNT + 1


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path, pictures) -> None:
    broken, missing = tmp_path / "broken.png", tmp_path / "missing.png"
    broken.write_bytes(pictures[0].read_bytes()[:900])
    (tmp_path / "text.jpg").write_text("no picture")
    paths = [broken, pictures[0], missing, tmp_path / "text.jpg", pictures[1]]
    with writing(tmp_path / "index", create=True) as writer:
        found = list(add_files(writer, paths))
    assert [a.path for a in found] == paths
    assert [a.error is None for a in found] == [False, True, False, False, True]
    assert open_index(tmp_path / "index").count() == 2


def test_reading_leaves_no_trace(index: PictureIndex, pictures: list[Path]) -> None:
    before = contents(index.folder)
    assert answers(open_index(index.folder), pictures) == names(pictures)
    assert list(index.entries())
    assert index.damage() is None
    assert contents(index.folder) == before


@pytest.mark.parametrize("harm", ["missing", "cut off", "empty", "another's", "old"])
def test_the_files_beside_the_database_can_be_made_again(
    tmp_path: Path, index: PictureIndex, pictures: list[Path], harm: str
) -> None:
    files = [index.hashes_file, index.part_file(1)]
    old = [file.read_bytes() for file in files]
    more = tmp_path / "more.png"
    Image.open(pictures[0]).rotate(180).save(more)
    with writing(index.folder) as writer:
        list(add_files(writer, [more]))
    for file, data in zip(files, old, strict=True):
        new = file.read_bytes()
        if harm == "missing":
            file.unlink()
        elif harm == "another's":
            file.write_bytes(new.replace(index.name, b"0" * 32))
        else:
            file.write_bytes({"cut off": new[:-9], "empty": b"", "old": data}[harm])
    expected = [*names(pictures), ["0.png", "more.png"]]
    expected[0].append("more.png")
    assert answers(index, [*pictures, more]) == expected
    table = index.hashes()
    assert all(table.near(e.hash, 0) == [(0, e.id)] for e in index.entries())
    with writing(index.folder):
        pass  # brings the files up to the database
    found = index.hashes()
    assert len(found.others[1]) == 0
    assert [part.last for part in index.parts()] == [COUNT + 1]
    assert answers(index, [*pictures, more]) == expected


def test_ids_beyond_one_part(index: PictureIndex, pictures: list[Path]) -> None:
    """4,096 ids lie in a file; removed ones leave a gap and are not given again."""
    with sqlite3.connect(index.file) as database:
        database.execute("UPDATE pictures SET id = id + 4093")
        database.execute("UPDATE sqlite_sequence SET seq = seq + 4093")
    with writing(index.folder) as writer:
        writer.forget_files()
    assert [len(part.ids) > 0 for part in index.parts()] == [True, True]
    assert answers(index, pictures) == names(pictures)
    with writing(index.folder) as writer:
        writer.remove([4093 + COUNT])
        assert [a.known for a in add_files(writer, pictures[-1:])] == [False]
    assert max(entry.id for entry in index.entries()) == 4093 + COUNT + 1
    assert answers(index, pictures) == names(pictures)


def test_what_was_removed_is_gone(index: PictureIndex, pictures: list[Path]) -> None:
    (entry,) = index.by_path(pictures[2])
    assert entry.features is not None
    with writing(index.folder) as writer:
        writer.remove([entry.id])
    assert index.by_id(entry.id) is None
    assert answers(index, pictures)[2] == []
    kept = b"".join(file.read_bytes() for file in index.folder.iterdir())
    for secret in (entry.hash, entry.preview[300:600], entry.thumbnail[:200], entry.features[:200]):
        assert secret not in kept


def test_one_writer_at_a_time_and_readers_beside_it(index: PictureIndex, pictures) -> None:
    with writing(index.folder) as writer:
        with pytest.raises(PictureIndexError, match="another process is changing the index"):
            writing(index.folder).__enter__()
        assert answers(index, pictures) == names(pictures)
        writer.remove([1])
        assert index.count() == COUNT - 1
        assert answers(index, pictures)[0] == []


KILLED = """
import sys
from pathlib import Path
from zoo_provenance.index.adding import add_files
from zoo_provenance.index.writing import writing
folder, *paths = map(Path, sys.argv[1:])
with writing(folder, create=True) as writer:
    for added in add_files(writer, paths):
        print(added.path.name, flush=True)
"""


def test_killed_in_the_middle(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(150)]
    for number, path in enumerate(paths):
        Image.effect_noise((48, 48), 10 + number).save(path)
    command = [sys.executable, "-c", KILLED, str(tmp_path / "index"), *map(str, paths)]
    announced = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            announced.append(line.strip())
            if len(announced) == 70:
                os.kill(process.pid, signal.SIGKILL)
                break
    index = open_index(tmp_path / "index")
    found = {Path(entry.path).name for entry in index.entries()}
    assert set(announced) <= found
    assert len(found) < len(paths)
    assert index.damage() is None
    assert len(index.hashes().others[1]) == len(found)
    with writing(index.folder) as writer:
        known = [added.known for added in add_files(writer, paths)]
    assert sum(known) == len(found)
    assert index.count() == len(paths)


def test_pictures_added_without_opencv_are_made_whole_later(
    tmp_path: Path, pictures: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [f"zoo_provenance.index.{module}.available" for module in ("adding", "entry")]
    with monkeypatch.context() as patch:
        for place in places:
            patch.setattr(place, lambda: False)
        with writing(tmp_path / "index", create=True) as writer:
            list(add_files(writer, pictures))
    with sqlite3.connect(tmp_path / "index" / "index.sqlite3") as database:
        database.execute("UPDATE pictures SET added = '2020-01-02T03:04:05Z'")
    index = open_index(tmp_path / "index")
    assert index.count_without_features() == COUNT
    assert answers(index, pictures) == [[]] * COUNT
    with writing(index.folder) as writer:
        assert not any(a.known for a in add_files(writer, pictures))
    assert (index.count(), index.count_without_features()) == (COUNT, 0)
    assert {entry.added for entry in index.entries()} == {"2020-01-02T03:04:05Z"}
    assert answers(index, pictures) == names(pictures)


def test_whose_word_the_times_are(tmp_path: Path, make_scene) -> None:
    plain, dated, lying = (tmp_path / name for name in ("plain.jpg", "dated.jpg", "lying.jpg"))
    image = make_scene(1, 200)
    image.save(plain)
    for path, said in ((dated, "2019:05:04 10:11:12"), (lying, "\x1b[31mlong ago")):
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = said
        image.save(path, exif=exif)
    os.utime(dated, (1e9, 1e9))
    with writing(tmp_path / "index", create=True) as writer:
        assert not [a for a in add_files(writer, [plain, dated, lying]) if a.error]
    index = open_index(tmp_path / "index")
    taken = {Path(entry.path).name: entry.taken for entry in index.entries()}
    assert taken == {"plain.jpg": None, "dated.jpg": "2019-05-04T10:11:12", "lying.jpg": None}
    (entry,) = index.by_path(dated)
    assert entry.modified == "2001-09-09T01:46:40Z"
    assert entry.added > "2026"


def test_pictures_are_kept_and_compared_as_they_are_shown(tmp_path: Path, make_scene) -> None:
    """A telephone writes lying pixels and says so in EXIF; what becomes of them is upright."""
    lying = tmp_path / "lying.jpg"
    upright = make_scene(1, 200)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(lying, exif=exif)
    with writing(tmp_path / "index", create=True) as writer:
        list(add_files(writer, [lying]))
    index = open_index(tmp_path / "index")
    assert [entry.size for entry in index.entries()] == [(200, 150)]
    for asked in (upright, Image.open(lying)):
        (match,) = Searcher(index).copies(asked)
        assert match.alignment.degrees == 0


def broken(folder: Path) -> None:
    (folder / "index.sqlite3").write_bytes(b"not a database" * 400)


def newer(folder: Path) -> None:
    with sqlite3.connect(folder / "index.sqlite3") as database:
        database.execute("UPDATE about SET value = '2' WHERE name = 'schema'")


def emptied(folder: Path) -> None:
    (folder / "index.sqlite3").write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "said"),
    [(broken, "it is damaged"), (newer, "has schema 2"), (emptied, "it is damaged")],
)
def test_an_index_that_cannot_be_read(
    index: PictureIndex, harm: Callable[[Path], None], said: str
) -> None:
    harm(index.folder)
    with pytest.raises(PictureIndexError, match=said):
        open_index(index.folder)


def test_there_is_no_index(tmp_path: Path) -> None:
    for act in (lambda: open_index(tmp_path / "x"), lambda: writing(tmp_path / "x").__enter__()):
        with pytest.raises(PictureIndexError, match="'zoo index add FOLDER' begins one"):
            act()
    assert not (tmp_path / "x").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(PictureIndexError, match="cannot be used"):
        writing(tmp_path / "file", create=True).__enter__()


def test_names_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    try:
        Image.new("RGB", (40, 40)).save(tmp_path / name)
    except OSError:
        pytest.skip("this file system takes only text as names")
    with writing(tmp_path / "index", create=True) as writer:
        assert not [a for a in add_files(writer, [tmp_path / name]) if a.error]
    index = open_index(tmp_path / "index")
    assert [e.path for e in index.by_path(tmp_path / name)] == [str(tmp_path / "caf\ufffd.png")]
