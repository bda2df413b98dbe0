"""Which real pictures are scored beside a set, so that its scores have a mark to be read by."""

from __future__ import annotations

from zoo.measure import Measure, Need

from .measuring import unmet
from .result import Material, RealOf
from .seen import Seen
from .sets.model_set import ModelSet


def real_of(measure: Measure, material: Material) -> tuple[RealOf | None, Seen | None, str | None]:
    """Whose score it is and what is to be measured; or, instead of both, why there is none.

    Against the reference: train pictures. Of nearness to the train pictures: held-out ones of the
    same data. Of what compares with nothing: the reference.
    """
    which, real, lacking = _chosen(measure, material)
    if real is None:
        return None, None, lacking
    if why := unmet(measure, real, material.beside(measure), material.train):
        words, option = _WORDS[which]
        lacking = f"it {why}, not known of {words}; give the pictures themselves: {option} SET"
        return None, None, lacking
    return which, real, None


def _chosen(measure: Measure, material: Material) -> tuple[RealOf, Seen | None, str]:
    if measure.needs & {Need.TRAIN, Need.HELD_OUT}:
        held_out = material.held_out
        which: RealOf = "reference" if held_out is material.reference else "held_out"
        return which, held_out, "no pictures are known that were held out of training: --held-out"
    if Need.REFERENCE in measure.needs:
        real = material.train if material.real is None else material.real
        return "train", real, "no train pictures are known to score beside: --train SET"
    if isinstance(material.reference_pictures, ModelSet):
        return "reference", None, "the reference's pictures are generated, too"
    return "reference", material.reference, "there is no reference: --against SET"


_WORDS: dict[RealOf, tuple[str, str]] = {
    "train": ("the train pictures", "--train"),
    "reference": ("the reference", "--against"),
    "held_out": ("the held-out pictures", "--held-out"),
}
