"""The kernel distance of whole sets: the unbiased estimator without subsets."""

from __future__ import annotations

from zoo.evaluation.arrays import as_features, as_pair
from zoo.evaluation.kernel import mean_similarity, similarities
from zoo.evaluation.seen import Seen
from zoo.measure import Prepared

from .whole import once, whole_of


class Kernel:
    """Keeps the reference's own similarity, and each picture's with the reference."""

    def prepare(self, reference: Seen | None, train: Seen | None) -> Prepared:
        del train
        assert reference is not None  # asked for by the measure's needs
        known = as_features(reference.features, "reference", least=2)
        own = mean_similarity(known)
        across = once(lambda whole: similarities(*as_pair(whole.features, known)))

        def distance(seen: Seen) -> float:
            with_reference = across(whole_of(seen))
            if seen.rows is not None:
                with_reference = with_reference[seen.rows]
            samples = as_features(seen.features, "samples", least=2)
            return mean_similarity(samples) + own - 2 * float(with_reference.mean())

        return distance


def build() -> Kernel:
    """The measure's factory."""
    return Kernel()
