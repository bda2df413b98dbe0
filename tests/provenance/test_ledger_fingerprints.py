"""The file of all fingerprints finds what the database holds, whatever becomes of the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger import Row, State
from zoo_provenance.ledger.fingerprints import BLOCK, load
from zoo_provenance.ledger.sql import SqlLedger, open_ledger
from zoo_provenance.source import SourceType

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA


def make_row(id: int, fingerprint: bytes) -> Row:
    return Row(
        id=id,
        created="2026-01-02T03:04:05Z",
        path=f"/pictures/{id}.png",
        sha256=fingerprint.hex(),
        fingerprint=fingerprint,
        thumbnail=bytes(4096),
        source_type="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        record="{}",
        manifest=b"",
        state=State.WRITTEN,
    )


def put(ledger: SqlLedger, hashes: np.ndarray, *, sealed: bool = True) -> list[int]:
    paths, records = [f"/{i}" for i in range(len(hashes))], [h.tobytes().hex() for h in hashes]
    ids = ledger.reserve(paths, records, [AI] * len(hashes))
    ledger.write([make_row(i, h.tobytes()) for i, h in zip(ids, hashes, strict=True)])
    if sealed:
        ledger.seal(ids)
    return ids


@pytest.fixture
def hashes() -> np.ndarray:
    """300 hashes (300, 32), of which the later hundred differ from the first in 0 to 32 bits."""
    rng = np.random.default_rng(5)
    made = rng.integers(0, 256, (300, 32), np.uint8)
    bits = np.unpackbits(made[:100], axis=1)
    for row in bits:
        row[rng.choice(256, rng.integers(0, 33), replace=False)] ^= 1
    made[200:] = np.packbits(bits, axis=1)
    return made


@pytest.fixture
def ledger(hashes: np.ndarray) -> Iterator[SqlLedger]:
    with open_ledger(identity=ensure_identity(), create=True) as opened:
        put(opened, hashes[:120])
        put(opened, hashes[120:250])
        put(opened, hashes[250:], sealed=False)
        yield opened


def by_hand(hashes: np.ndarray, wanted: np.ndarray, within: int) -> list[int]:
    apart = np.unpackbits(hashes ^ wanted, axis=1).sum(axis=1, dtype=int)
    return sorted(apart[apart <= within].tolist())


def check_all(hashes: np.ndarray, within: int = 24) -> None:
    reader = open_ledger(create=False)
    assert reader is not None
    with reader:
        for wanted in hashes[::7]:
            found = reader.near(wanted.tobytes(), within)
            assert [distance for distance, _ in found] == by_hand(hashes, wanted, within)
            for distance, number in found:
                row = reader.by_id(number)
                assert row is not None
                other = np.frombuffer(row.fingerprint, np.uint8)
                assert np.unpackbits(other ^ wanted).sum() == distance


@pytest.mark.parametrize("within", [0, 24, 256])
def test_all_that_are_near_are_found_and_no_others(
    ledger: SqlLedger, hashes: np.ndarray, within: int
) -> None:
    check_all(hashes, within)


def test_what_is_sealed_is_searched_in_the_file(ledger: SqlLedger, hashes: np.ndarray) -> None:
    known = load(ledger)
    assert sum(len(ids) for _, ids in known.stored) == 250
    assert len(known.others[1]) == 50


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:9000])


def spoil(file: Path) -> None:
    file.write_bytes(b"\xff" * 9000)


def belong_to_another_chain(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[24:34] = b"0123456789"  # of the link's hash
    file.write_bytes(data)


@pytest.mark.parametrize("harm", [Path.unlink, cut, spoil, belong_to_another_chain])
def test_a_file_that_cannot_be_trusted_is_done_without_and_made_again(
    ledger: SqlLedger, hashes: np.ndarray, harm: Callable[[Path], None]
) -> None:
    harm(ledger.place.fingerprints)
    check_all(hashes)
    more = np.random.default_rng(6).integers(0, 256, (3, 32), np.uint8)
    put(ledger, more)
    check_all(np.concatenate([hashes, more]))
    assert sum(len(ids) for _, ids in load(ledger).stored) == 253


def test_more_than_a_block(ledger: SqlLedger, hashes: np.ndarray) -> None:
    rng = np.random.default_rng(7)
    many = rng.integers(0, 256, (BLOCK + 500, 32), np.uint8)
    with sqlite3.connect(ledger.place.file or "") as database:
        database.executemany(
            "INSERT INTO pictures (id, state, created, path, fingerprint, link) "
            "VALUES (?, 'sealed', '', '', ?, 3)",
            [(n, row.tobytes()) for n, row in enumerate(many)],
        )
    put(ledger, hashes[:1] ^ 255)
    everything = np.concatenate([hashes, hashes[:1] ^ 255, many])
    assert len(load(ledger).stored) == 2
    for wanted in (many[0], many[-1], many[BLOCK - 1], hashes[0]):
        near = ledger.near(wanted.tobytes(), 90)
        assert [distance for distance, _ in near] == by_hand(everything, wanted, 90)


def test_what_another_process_seals_meanwhile_is_found_once(
    ledger: SqlLedger, hashes: np.ndarray
) -> None:
    later = np.random.default_rng(8).integers(0, 256, 32, np.uint8).tobytes()
    with sqlite3.connect(ledger.place.file or "") as database:
        database.execute(
            "INSERT INTO pictures (id, state, created, path, fingerprint, link) "
            "VALUES (5, 'sealed', '', '', ?, 50)",
            (later,),
        )
    put(ledger, hashes[:1] ^ 255)
    assert ledger.near(later, 0) == [(0, 5)]
