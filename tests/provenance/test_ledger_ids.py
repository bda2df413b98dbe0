"""Ids: they follow from ledger and record, so that a resumed run gives the same watermarks."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from zoo_provenance.ledger.ids import origin_told, possible_ids
from zoo_provenance.ledger.sql import SqlLedger, open_ledger
from zoo_provenance.source import Origin, SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA
EDITED = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA


def derived(ledger: SqlLedger, record: str, counter: int) -> int:
    return list(islice(possible_ids(ledger.ledger_id, record, AI), 8))[counter]


def test_an_id_follows_from_the_record_and_is_never_given_twice(zoo_home: Path) -> None:
    with open_ledger(create=True) as ledger:
        paths = ["/pictures/a.png", "/pictures/b.png", "/pictures/c.png"]
        ids = ledger.reserve(paths, ["one", "one", "two"], [AI] * 3)
        assert len(set(ids)) == 3
        expected = [("one", 0), ("one", 1), ("two", 0)]
        assert ids == [derived(ledger, record, counter) for record, counter in expected]


def test_what_an_ended_process_had_reserved_is_taken_over(zoo_home: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.png"
    there.write_bytes(b"kept")
    paths = [str(tmp_path / "gone.png"), str(there)]
    with open_ledger(create=True) as ended:
        before = ended.reserve(paths, ["one", "two"], [AI] * 2)
    with open_ledger(create=True) as ledger:
        again = ledger.reserve(paths, ["one", "two"], [AI] * 2)
        # a file is there: nobody's to replace
        assert again == [before[0], derived(ledger, "two", 1)]
        with open_ledger(create=True) as beside:
            assert beside.reserve(paths[:1], ["one"], [AI]) == [derived(ledger, "one", 1)]


def test_many_pictures_of_one_record_get_ids_of_their_own(zoo_home: Path) -> None:
    with open_ledger(create=True) as ledger:
        ids = ledger.reserve([""] * 100, ["one"] * 100, [AI] * 100)
        assert len(set(ids)) == 100
        assert ids[:8] == [derived(ledger, "one", counter) for counter in range(8)]


def test_another_ledger_gives_the_same_record_another_id(tmp_path: Path) -> None:
    ids = []
    for home in ("a", "b"):
        with open_ledger(tmp_path / home, create=True) as ledger:
            ids += ledger.reserve([""] * 9, ["one"] * 9, [AI] * 9)
    assert len(set(ids)) == 18


def test_an_id_tells_whether_ai_made_the_whole_picture(zoo_home: Path) -> None:
    sources = [AI, EDITED, SourceType.COMPOSITE_SYNTHETIC, SourceType.DIGITAL_CAPTURE]
    with open_ledger(create=True) as ledger:
        # Twelve of each: derived ones, and random ones.
        ids = [ledger.reserve([""] * 12, ["one"] * 12, [source] * 12) for source in sources]
    told = [{origin_told(key) for key in some} for some in ids]
    assert told[:3] == [{Origin.AI}, {Origin.AI_EDITED}, {Origin.AI_EDITED}]
    assert len({key for some in ids for key in some}) == 48
