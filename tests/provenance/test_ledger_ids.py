"""Ids: they follow from the record, so that a resumed run gives the same watermarks."""

from __future__ import annotations

from pathlib import Path

from zoo_provenance.ledger import derive_id
from zoo_provenance.ledger.sql import open_ledger


def test_an_id_follows_from_the_record_and_is_never_given_twice(zoo_home: Path) -> None:
    with open_ledger(create=True) as ledger:
        paths = ["/pictures/a.png", "/pictures/b.png", "/pictures/c.png"]
        first, second, other = ledger.reserve(paths, ["one", "one", "two"])
    assert len({first, second, other}) == 3
    assert (first, second, other) == (derive_id("one", 0), derive_id("one", 1), derive_id("two", 0))


def test_what_an_ended_process_had_reserved_is_taken_over(zoo_home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.png"
    there.write_bytes(b"kept")
    paths = [str(tmp_path / "gone.png"), str(there)]
    with open_ledger(create=True) as ended:
        before = ended.reserve(paths, ["one", "two"])
    with open_ledger(create=True) as ledger:
        again = ledger.reserve(paths, ["one", "two"])
        assert again == [before[0], derive_id("two", 1)]  # a file is there: nobody's to replace
        with open_ledger(create=True) as beside:
            assert beside.reserve(paths[:1], ["one"]) == [derive_id("one", 1)]


def test_many_pictures_of_one_record_get_ids_of_their_own(zoo_home: Path) -> None:
    with open_ledger(create=True) as ledger:
        ids = ledger.reserve([""] * 100, ["one"] * 100)
    assert len(set(ids)) == 100
    assert ids[:8] == [derive_id("one", counter) for counter in range(8)]
