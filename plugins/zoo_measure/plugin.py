"""What ``zoo_measure`` registers. Imports neither numpy nor torch."""

from __future__ import annotations

from math import inf

from zoo.hookspecs import hookimpl
from zoo.measure import Measure, Need

REFERENCE = frozenset({Need.REFERENCE})
TRAIN = frozenset({Need.TRAIN})
NEIGHBOURS = 12  # in both of two halves more than the five that a neighbourhood is wide
HALF = 0.5  # of the reference's pictures; docs/measures.md says why


@hookimpl
def zoo_measures() -> list[Measure]:
    return [*distances(), *fidelity_and_variety(), *labels(), *copies()]


def distances() -> list[Measure]:
    """Of two sets."""
    return [
        Measure(
            "frechet_distance",
            "between Gaussians fitted to the features of both sets; 0 is alike",
            "zoo_measure.frechet:build",
            better="lower",
            needs=REFERENCE,
            least=2048,
            bounds=(0, inf),
        ),
        Measure(
            "kernel_distance",
            "unbiased maximum mean discrepancy under a cubic kernel; around 0 is alike",
            "zoo_measure.kernel:build",
            better="lower",
            needs=REFERENCE,
        ),
        Measure(
            "spectrum_distance",
            "between mean radial power spectra, root mean square over scales, decibels",
            "zoo_measure.plain:spectra",
            better="lower",
            needs=REFERENCE | {Need.SPECTRUM},
            bounds=(0, inf),
        ),
    ]


def fidelity_and_variety() -> list[Measure]:
    """How true the pictures are, and how many kinds there are of them."""

    def neighbours(name: str, summary: str, highest: float, share: float = 0) -> Measure:
        factory = f"zoo_measure.manifold:{name}"
        ends = (0, highest)
        return Measure(name, summary, factory, "higher", REFERENCE, NEIGHBOURS, ends, share)

    return [
        neighbours("precision", "share that looks like the reference (k = 5)", 1),
        neighbours("recall", "share of the reference that the set looks like (k = 5)", 1, HALF),
        neighbours("density", "how densely the set lies where the reference is (k = 5)", inf),
        neighbours("coverage", "share of the reference with one of the set near (k = 5)", 1, HALF),
        Measure(
            "vendi_score",
            "effective number of different pictures, by the cosine of features",
            "zoo_measure.plain:vendi",
            better="higher",
            bounds=(1, inf),
        ),
    ]


def labels() -> list[Measure]:
    """What a classifier says."""
    logits = frozenset({Need.LOGITS})
    return [
        Measure(
            "inception_score",
            "whether the classifier is sure of each picture and sees every label",
            "zoo_measure.plain:labels_seen",
            better="higher",
            needs=logits,
            bounds=(1, inf),
        ),
        Measure(
            "label_accuracy",
            "share in which the classifier sees the label that was asked for",
            "zoo_measure.plain:labels_right",
            better="higher",
            needs=logits | {Need.LABELS},
            bounds=(0, 1),
        ),
    ]


def copies() -> list[Measure]:
    """Memorisation."""
    return [
        Measure(
            "nearest_train_distance",
            "median distance of features to the nearest train picture's; read beside that of "
            "held-out pictures",
            "zoo_measure.nearest:distance",
            needs=TRAIN,
            bounds=(0, inf),
        ),
        Measure(
            "near_train_share",
            "share nearer to a train picture than all but 1 % of held-out pictures of the same "
            "data; more is copying",
            "zoo_measure.nearest:share",
            better="lower",
            needs=TRAIN | {Need.HELD_OUT},
            bounds=(0, 1),
        ),
    ]
