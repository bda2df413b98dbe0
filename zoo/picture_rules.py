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
    if not isinstance(pictures, Tensor):
        return f"made {type_of(pictures)}; expected a torch.Tensor of shape {shape}"
    if tuple(pictures.shape) == shape:
        return None
    return f"made {tuple(pictures.shape)}; its card and request ask for {shape}"


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
    whole = pictures.isfinite().flatten(1).all(1)
    if whole.all():
        return None
    first = int((~whole).nonzero()[0])
    return f"made values that are not finite (picture {first + 1} of {len(whole)} in the batch)"


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


def type_of(thing: object) -> str:
    """What something is, for messages: ``a numpy.ndarray``."""
    kind = type(thing)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
