"""The file of a reference: safetensors of packed arrays, with what they are in its metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load, save

from zoo.errors import WeightsError, ZooError
from zoo.safetensor import VerifiedFile, in_order

from .packing import as_bytes, from_bytes, pack, unpack
from .seen import Seen

FORMAT = "zoo-reference-1"


@dataclass(frozen=True)
class Reference:
    """A data set's pictures as one extractor sees them, without the pictures.

    ``about`` names the data and its licence. ``seen`` holds the ``n`` pictures of the test split,
    its features rounded to float16, logits and spectra to 256 levels a column; ``train`` those of
    the training split, rounded to 256 levels a feature: good enough for nearest neighbours.
    ``labels`` names the label of each picture of ``seen``.
    """

    name: str
    about: str
    seen: Seen = field(repr=False)
    train: Seen = field(repr=False)
    labels: tuple[str, ...] = field(repr=False)

    @property
    def n(self) -> int:
        """How many pictures ``seen`` holds."""
        return len(self.seen)


def to_file(
    reference: Reference,
    extractor: str,
    revision: str,
    thumbnails: NDArray[np.uint8] | None = None,
) -> bytes:
    """A safetensors file of a reference in the features of ``extractor`` at ``revision``, with some
    of the test pictures, uint8 (M, S, S, 3). The same reference gives the same bytes."""
    seen, train = reference.seen, reference.train
    names = sorted(set(reference.labels))
    arrays: dict[str, NDArray[Any]] = {
        "test.features": seen.features.astype(np.float16),
        "test.labels": np.array([names.index(label) for label in reference.labels], np.int16),
        **_named("train.features", as_bytes(train.features)),
    }
    if seen.spectrum is not None:
        arrays |= _named("test.spectrum", as_bytes(seen.spectrum))
    if seen.logits is not None:
        arrays |= _named("test.logits", as_bytes(seen.logits))
    for split, own in (("test", seen), ("train", train)):
        if own.asked is not None:
            arrays[f"{split}.asked"] = own.asked.astype(np.int16)
    packed, kinds = pack(arrays)
    facts = {
        "format": FORMAT,
        "name": reference.name,
        "about": reference.about,
        "extractor": extractor,
        "revision": revision,
        "labels": json.dumps(names, ensure_ascii=False),
        "arrays": kinds,
    }
    if thumbnails is not None:
        packed["thumbnails"] = np.frombuffer(_sheet(thumbnails), np.uint8)
        facts["side"] = str(thumbnails.shape[1])
    return in_order(save(packed, facts))


def from_file(file: VerifiedFile) -> Reference:
    """What :func:`to_file` wrote. Raises WeightsError where it is another or damaged."""
    facts, packed = _open(file)
    try:
        arrays = unpack(packed, facts["arrays"])
        names = [str(name) for name in json.loads(facts["labels"])]
        train = _rounded(arrays, "train.features")
        if train is None:
            raise KeyError("train.features")
        return Reference(
            facts["name"],
            facts["about"],
            Seen(
                arrays["test.features"].astype(np.float32),
                _rounded(arrays, "test.logits"),
                _indices(arrays.get("test.asked")),
                _rounded(arrays, "test.spectrum"),
            ),
            Seen(train, asked=_indices(arrays.get("train.asked"))),
            tuple(names[place] for place in arrays["test.labels"]),
        )
    except (ValueError, KeyError, IndexError, TypeError, ZooError) as error:
        raise _damaged(file, error) from error


def thumbnails_in(file: VerifiedFile) -> NDArray[np.uint8] | None:
    """The test pictures (M, S, S, 3) in a reference's file; None where it has none.

    Raises WeightsError where it is another or damaged.
    """
    facts, packed = _open(file)
    if "thumbnails" not in packed:
        return None
    try:
        data = BytesIO(packed["thumbnails"].tobytes())
        with Image.open(data, formats=("PNG",)) as image:
            strip = np.asarray(image.convert("RGB"), np.uint8)
        return strip.reshape(-1, int(facts["side"]), *strip.shape[1:])
    except (ValueError, KeyError, OSError) as error:
        raise _damaged(file, error) from error


def _open(file: VerifiedFile) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    facts = file.metadata()
    if facts.get("format") != FORMAT:
        raise _damaged(file, f"its format is {facts.get('format')!r}, expected {FORMAT!r}")
    try:
        return facts, load(file.data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged(file, error) from error


def _damaged(file: VerifiedFile, why: object) -> WeightsError:
    return WeightsError(
        f"{file.name} is no reference that can be read ({why}); install its package again"
    )


def _named(name: str, parts: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {f"{name}.{part}": array for part, array in parts.items()}


def _rounded(arrays: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32] | None:
    if f"{name}.level" not in arrays:
        return None
    return from_bytes(*(arrays[f"{name}.{part}"] for part in ("level", "low", "step")))


def _indices(array: NDArray[Any] | None) -> NDArray[np.int64] | None:
    return None if array is None else array.astype(np.int64)


def _sheet(thumbnails: NDArray[np.uint8]) -> bytes:
    """Pictures (M, S, S, 3) below each other, as a PNG."""
    out = BytesIO()
    strip = np.ascontiguousarray(thumbnails.reshape(-1, *thumbnails.shape[2:]))
    Image.fromarray(strip).save(out, "PNG", optimize=True)
    return out.getvalue()
