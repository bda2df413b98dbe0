"""Where a model's weights came from, in the record of a picture."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoo_provenance.errors import RecordError
from zoo_provenance.record import Record

SOURCE = "hf-hub:alice/discs@" + "0123456789" * 4


def text(sources: Any) -> str:
    return json.dumps({"schema": 1, "model": "m", "family": "f", "sources": sources})


def test_sources_are_written_where_there_are_any() -> None:
    record = Record("m", "f", sources=(SOURCE,))
    assert Record.from_json(record.to_json()) == record
    assert "sources" not in Record("m", "f").to_json()
    assert Record.from_json('{"schema":1,"model":"m","family":"f"}').sources == ()


@pytest.mark.parametrize(
    "sources",
    [
        SOURCE,
        [1],
        ["hf-hub:alice/discs@main"],
        ["https://example.org/alice/discs@" + "0" * 40],
        [SOURCE + "\n"],
        ["hf-hub:alice/../../discs@" + "0" * 40],
    ],
)
def test_a_source_that_is_none_is_refused(sources: Any) -> None:
    with pytest.raises(RecordError, match="unexpected 'sources'"):
        Record.from_json(text(sources))
