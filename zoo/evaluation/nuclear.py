"""The sum of a matrix's singular values (its nuclear norm), quickly and with its error.

The singular values of A are the roots of the eigenvalues of A'A or AA', whichever is smaller. Those
cost less than half of the former, but squaring halves the digits: each is known to within some
roundings of the largest (G. H. Golub and C. F. Van Loan, "Matrix Computations", 4th edition, 8.1),
so a small root may be wrong by more than its size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .arrays import Features

ROUNDINGS = 16
"""Of the largest eigenvalue, within which each is taken to be known; up to 5 were seen, of matrices
of 30 to 800 rows whose singular values fall like 1 to 1 / i^6."""


class Norm(NamedTuple):
    """The sum, and how far it may be from the exact one: errors of roots that squaring keeps are
    random and add in square, those of the others add up."""

    value: float
    error: float


def quick_nuclear_norm(matrix: Features) -> Norm:
    """Of float64 (N, D), by the eigenvalues of its smaller Gram matrix."""
    n, d = matrix.shape
    gram = matrix @ matrix.T if n < d else matrix.T @ matrix
    values = np.linalg.eigvalsh(gram).clip(min=0)
    known = ROUNDINGS * np.finfo(np.float64).eps * values.max(initial=0)
    if not known:
        return Norm(0.0, 0.0)
    roots = np.sqrt(values)
    errors = known / np.maximum(
        roots, np.sqrt(known)
    )  # of a root, where its square is off by known
    return Norm(float(roots.sum()), float(errors.sum()))


def nuclear_norm(matrix: Features) -> float:
    """Of float64 (N, D), by its singular values; as exact as there is."""
    return float(np.linalg.svd(matrix, compute_uv=False).sum())
