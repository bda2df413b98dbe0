"""What a generator's pictures must be; each rule says what is wrong, or None.

Final pictures lie in [-1, 1]. What lies beyond by no more than :data:`SLACK` (rounding, the
overshoot of an interpolation) is clamped without a word, and anything further out is refused: it
is more likely a mistake of scale than a picture. Previews are clamped however far they reach, as
noise does.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

SLACK = 0.05
"""How far beyond [-1, 1] a value may lie."""


def problems(pictures: object, shape: tuple[int, ...], *, final: bool) -> Iterator[str]:
    """What is wrong with pictures that should have ``shape`` (B, 3, H, W). A rule is only asked
    where those before it hold."""
    rules = (shape_problem, kind_problem, finite_problem, *((range_problem,) if final else ()))
    for rule in rules:
        problem = rule(pictures, shape)  # a Tensor, after the first
        if problem:
            yield problem
            return


def shape_problem(pictures: object, shape: tuple[int, ...]) -> str | None:
    """A tensor of that shape."""
    if isinstance(pictures, Tensor) and tuple(pictures.shape) == shape:
        return None
    found = tuple(getattr(pictures, "shape", ())) or type(pictures).__name__
    return f"made {found}; its card and request ask for {shape}"


def kind_problem(pictures: Tensor, shape: tuple[int, ...]) -> str | None:
    """Floating-point numbers."""
    del shape
    if pictures.is_floating_point():
        return None
    kind = str(pictures.dtype).removeprefix("torch.")
    return f"made numbers of type {kind}; expected floating-point ones in [-1, 1]"


def finite_problem(pictures: Tensor, shape: tuple[int, ...]) -> str | None:
    """No infinity, and nothing that is no number."""
    del shape
    return None if pictures.isfinite().all() else "made values that are not finite"


def range_problem(pictures: Tensor, shape: tuple[int, ...]) -> str | None:
    """From -1 to 1."""
    del shape
    low, high = (float(x) for x in pictures.aminmax())
    if low >= -1 - SLACK and high <= 1 + SLACK:
        return None
    return (
        f"made values from {low:.3g} to {high:.3g}; expected -1 to 1 (what lies beyond by no more "
        f"than {SLACK:g} is clamped)"
    )
