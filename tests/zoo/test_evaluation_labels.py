"""Label accuracy, and drawing in the proportions of a reference split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zoo.errors import UsageError
from zoo.evaluation.label_accuracy import label_accuracy
from zoo.evaluation.sampling import proportional_labels, proportional_rows

labelled = arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 9))


def test_label_accuracy_counts_the_asked_label_among_the_highest() -> None:
    logits = np.array([[3.0, 2, 1], [1, 3, 2], [2, 1, 3], [0, 0, 0]])
    labels = np.array([0, 0, 0, 1])
    assert label_accuracy(logits, labels) == 1 / 4
    assert label_accuracy(logits, labels, top=2) == 3 / 4
    assert label_accuracy(logits, labels, top=3) == 1
    assert label_accuracy(logits, logits.argmax(axis=1)) == 1  # ties as in argmax


def test_label_accuracy_refuses_what_does_not_fit() -> None:
    logits = np.zeros((2, 3))
    with pytest.raises(UsageError, match="2 rows of logits need as many labels"):
        label_accuracy(logits, np.array([0]))
    with pytest.raises(UsageError, match="from 0 to 2; got 0, 3"):
        label_accuracy(logits, np.array([0, 3]))
    with pytest.raises(UsageError, match="expected 1 to 3"):
        label_accuracy(logits, np.array([0, 1]), top=5)


@given(labelled, st.integers(1, 200), st.integers(0, 5))
def test_labels_have_the_proportions_of_the_reference(
    reference: np.ndarray, n: int, seed: int
) -> None:
    drawn = proportional_labels(reference, n, seed=seed)
    assert len(drawn) == n
    shares = np.bincount(reference, minlength=10) * n / len(reference)
    assert (np.abs(np.bincount(drawn, minlength=10) - shares) < 1).all()
    assert (proportional_labels(reference, n, seed=seed) == drawn).all()


def test_rounding_is_right_on_average_and_order_is_random() -> None:
    reference = np.array([0, 1, 1, 2, 2, 2, 2])
    counts = [
        np.bincount(proportional_labels(reference, 10, seed=s), minlength=3) for s in range(400)
    ]
    assert np.mean(counts, axis=0) == pytest.approx([10 / 7, 20 / 7, 40 / 7], abs=0.1)
    assert np.diff(proportional_labels(reference, 100, seed=0)).min() < 0


def test_rows_are_different_and_of_the_asked_labels() -> None:
    labels = np.repeat([0, 1, 2], [50, 50, 50])
    reference = np.repeat([0, 2], [1, 3])
    rows = proportional_rows(labels, reference, 40, seed=0)
    assert len(set(rows.tolist())) == 40
    assert np.bincount(labels[rows]).tolist() == [10, 0, 30]
    assert proportional_rows(labels, reference, 40, seed=0).tolist() == rows.tolist()
    assert proportional_rows(labels, reference, 40, seed=1).tolist() != rows.tolist()
    with pytest.raises(UsageError, match="label 2 has 50 pictures, 75 are needed for 100"):
        proportional_rows(labels, reference, 100, seed=0)
