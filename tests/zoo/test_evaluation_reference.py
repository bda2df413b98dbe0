"""References: data as judges see them, bundled and a stranger's, and what rounding does to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import zoo
from zoo.errors import WeightsError
from zoo.evaluation.extractor import load_extractor
from zoo.evaluation.frechet import frechet_distance
from zoo.evaluation.packing import as_bytes, from_bytes, pack, unpack
from zoo.evaluation.reference import (
    Reference,
    reference_for,
    reference_labels,
    reference_thumbnails,
)
from zoo.evaluation.reference_file import from_file, thumbnails_in, to_file
from zoo.evaluation.sets import open_set, seen
from zoo.plugins import plugin_manager
from zoo.safetensor import VerifiedFile

SIZES = {"fruits360": (4944, 14832, 103), "eurosat": (2000, 10000, 10)}


@pytest.mark.parametrize(
    ("model", "judge", "data"),
    [
        ("stylegan-lite", "fruits360", "fruits360"),
        ("refine-turbo", "eurosat", "fruits360"),
        ("refine-lite.eurosat", "eurosat", "eurosat"),
    ],
)
def test_the_bundled_models_have_references_offline(model: str, judge: str, data: str) -> None:
    card, extractor = zoo.find_card(model), load_extractor(judge, device="cpu")
    found = reference_for(card, extractor)
    assert found is not None
    test, train, labels = SIZES[data]
    assert (found.name, found.n, len(found.train)) == (data, test, train)
    assert found.labels == reference_labels(card) == reference_labels(data)
    assert sorted(set(found.labels)) == sorted(card.labels)
    assert len(set(found.labels)) == labels
    thumbnails = reference_thumbnails(card)
    assert thumbnails is not None
    assert thumbnails.shape == (64, 64, 64, 3)
    assert found.seen.spectrum is not None
    if judge == data:
        assert found.seen.logits is not None
        assert found.seen.asked is not None
        right = (found.seen.logits.argmax(1) == found.seen.asked).mean()
        assert right == pytest.approx({"fruits360": 0.9986, "eurosat": 0.9345}[data], abs=1e-3)
    else:
        assert found.seen.asked is None
    # Real pictures are near to real ones: generated ones lie at 5 and more in these features.
    assert frechet_distance(found.train.features, found.seen.features) < 4


def test_other_data_and_other_weights_have_none() -> None:
    extractor = load_extractor("fruits360", device="cpu")
    assert reference_for("eurosat", extractor) is None
    assert reference_for("dogs", extractor) is None
    assert reference_labels("dogs") is reference_thumbnails("dogs") is None
    other = dataclasses.replace(extractor, revision="0" * 12)
    assert reference_for("fruits360", other) is None


def test_tuned_models_keep_the_reference_of_their_data() -> None:
    (reference,) = plugin_manager().judges()["fruits360"].references
    text = reference.trained_on[0]
    assert reference.is_of(f"{text}; then tuned with the reward sharpness")
    assert not reference.is_of(f"{text} and my own")


def made(discs: Path, judge: str = "tinted") -> Reference:
    extractor = load_extractor(judge, device="cpu")
    test, train = (open_set(f"{discs}:{split}") for split in ("test", "train"))
    assert test.labels is not None
    return Reference("discs", "Discs (CC0-1.0)", seen(test, extractor), seen(train, extractor),
                     test.labels)  # fmt: skip


def test_a_strangers_judge_brings_its_own(
    colour_judge: None, discs: Path, tiny_model: Path, tmp_path: Path
) -> None:
    exact, extractor = made(discs), load_extractor("tinted", device="cpu")
    uneven = dataclasses.replace(exact, labels=("Red",) * 12 + ("Blue",) * 4)
    data = to_file(uneven, extractor.name, extractor.revision)
    assert data == to_file(uneven, extractor.name, extractor.revision)
    (tmp_path / "judge" / "discs.safetensors").write_bytes(data)
    plugin_manager.cache_clear()
    card = zoo.find_card(str(tiny_model))
    found = reference_for(card, extractor)
    assert found is not None
    assert found.labels == uneven.labels
    assert found.seen.asked is not None
    assert np.array_equal(found.seen.asked, exact.seen.asked)
    assert np.allclose(found.seen.features, exact.seen.features, rtol=1e-3, atol=1e-6)
    step = np.ptp(exact.train.features, axis=0) / 255
    assert (abs(found.train.features - exact.train.features) <= 0.51 * step + 1e-6).all()
    labels = open_set(str(tiny_model), n=8).labels
    assert sorted(labels or ()) == ["Blue"] * 2 + ["Red"] * 6


def test_thumbnails_are_the_pictures_themselves(colour_judge: None, discs: Path) -> None:
    shown = np.stack(open_set(str(discs)).at(range(5)))
    data = to_file(made(discs), "tinted", "1", shown)
    thumbnails = thumbnails_in(VerifiedFile("discs", "", data))
    assert thumbnails is not None
    assert np.array_equal(thumbnails, shown)
    assert thumbnails_in(VerifiedFile("discs", "", to_file(made(discs), "tinted", "1"))) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"zoo-reference-1", b"zoo-reference-9"),
        lambda data: data[:-40],
        lambda data: data.replace(b'[\\"float16\\", 16, 8]', b'[\\"float16\\", 99, 8]'),
        lambda data: data.replace(b'[\\"float16\\", 16, ', b'[\\"float64\\", 16, '),
        lambda data: data[:-3000] + bytes(3000),
    ],
)
def test_damaged_references_are_refused(
    colour_judge: None, discs: Path, spoil: Callable[[bytes], bytes]
) -> None:
    data = to_file(made(discs), "tinted", "1")
    spoilt = spoil(data)
    assert spoilt != data
    with pytest.raises(WeightsError, match=r"install its package again|get it again"):
        from_file(VerifiedFile("discs", "", spoilt))


def test_packing_is_exact_and_bytes_are_half_a_step_off_at_most() -> None:
    rng = np.random.default_rng(0)
    arrays = {
        "a": rng.normal(size=(7, 5)).astype(np.float16),
        "b": rng.normal(size=(7, 2, 3)).astype(np.float32),
        "c": rng.integers(-9, 9, 7).astype(np.int16),
    }
    back = unpack(*pack(arrays))
    assert all(np.array_equal(back[n], a) and back[n].dtype == a.dtype for n, a in arrays.items())
    numbers = rng.normal(size=(50, 4)).astype(np.float32) * [1, 1e-6, 1e6, 0]
    rounded = as_bytes(numbers.astype(np.float32))
    off = abs(from_bytes(**rounded) - numbers).max(axis=0)
    assert (off <= 0.51 * np.ptp(numbers, axis=0) / 255 + 1e-12).all()
