"""What a score is called. A surrogate never bears the name of what it stands in for."""

from __future__ import annotations

from zoo.measure import Measure, Need

CANONICAL = {"frechet_distance": "FID", "inception_score": "IS", "kernel_distance": "KID"}
"""Names that mean one network: Inception of 2015, as the FID extractor has it."""
FID = "fid"


def shown_name(measure: Measure, extractor: str) -> str:
    """``frechet_distance (fruits360)``; ``inception_score (labels)``, where it is taken over other
    labels than Inception's; the plain name of what does not depend on features."""
    if extractor == FID and measure.name in CANONICAL:
        return CANONICAL[measure.name]
    if Need.SPECTRUM in measure.needs:
        return measure.name
    if measure.name == "inception_score":
        return f"{measure.name} (labels)"
    return f"{measure.name} ({extractor})"


def shown_number(value: float) -> str:
    """Four digits; the interval says how many of them count."""
    if not value:
        return "0"  # also of -0.0
    return f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.2e}"
