"""Finding what is there twice: every pair within the distance, each with one representative."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.data.check_near import first_alike, near_earlier, nearest_of


def hashes(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def flipped(table: np.ndarray, row: int, bits: int) -> np.ndarray:
    """A copy of a row with so many bits changed."""
    found = np.unpackbits(table[row])
    found[np.random.default_rng(row).choice(256, bits, replace=False)] ^= 1
    return np.packbits(found)


def test_the_first_of_those_that_share_any_key() -> None:
    keys = [("a", 1), ("b", 2), ("c", 1), ("b", 3), ("d", 4), ("d", 3), ("a",)]
    # 5 shares "d" with 4 and 3 with 3, which repeats 1; the earliest one counts.
    assert first_alike(keys).tolist() == [-1, -1, 0, 1, -1, 1, 0]


@pytest.mark.parametrize("most", [0, 5])
def test_near_pictures_have_one_representative(most: int) -> None:
    table = hashes(40)
    table[10] = flipped(table, 3, most)
    table[20] = flipped(table, 3, most + 1)
    table[30] = table[20]
    found = near_earlier(table, most, np.zeros(40, bool))
    expected = np.full(40, -1)
    expected[10], expected[30] = 3, 20
    assert found.tolist() == expected.tolist()


def test_a_chain_keeps_what_is_apart() -> None:
    """0 is near 1, 1 near 2, but 0 and 2 are apart: 2 stays, for nothing that stays is near it."""
    table = np.zeros((3, 32), np.uint8)
    table[1, 0], table[2, :2] = 0x0F, (0x0F, 0x0F)
    assert near_earlier(table, 4, np.zeros(3, bool)).tolist() == [-1, 0, -1]
    assert near_earlier(table, 4, np.array([False, True, False])).tolist() == [-1, -1, -1]


def test_the_nearest_of_others() -> None:
    others = hashes(30)
    mine = np.stack([flipped(others, 4, 3), flipped(others, 9, 9), hashes(1, 7)[0]])
    others[20] = flipped(others, 4, 5)
    usable = np.ones(30, bool)
    assert nearest_of(mine, others, 6, usable).tolist() == [4, -1, -1]
    usable[4] = False
    assert nearest_of(mine, others, 8, usable).tolist() == [20, -1, -1]
    assert nearest_of(mine, others, 6, np.zeros(30, bool)).tolist() == [-1, -1, -1]
