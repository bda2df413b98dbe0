"""The closest pairs: each a picture of the set and its nearest training picture."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from zoo.data.check_sheet import rows_of, tile
from zoo.evaluation.nearest import nearest
from zoo.evaluation.result import Evaluation
from zoo.evaluation.sets import PictureSet
from zoo_provenance.text import clean

from .folder import Sheet
from .origins import mixed, record_of, source_of

PAIRS, ACROSS = 12, 4
"""Tiles in a row: two pairs."""


def closest_pairs(number: str, evaluation: Evaluation) -> Sheet | None:
    """None where the pixels of the training pictures are not at hand."""
    material = evaluation.material
    if material is None or material.train is None or material.train_pictures is None:
        return None
    found = nearest(material.seen.features, material.train.features)
    rows = found.distances.argsort(kind="stable")[:PAIRS].tolist()
    theirs = [int(found.indices[row]) for row in rows]
    near = [f"{found.distances[row]:.3g} away" for row in rows]
    ours = [_name(material.pictures, row) for row in rows]
    trained = [_name(material.train_pictures, row) for row in theirs]
    pixels = _draw(material.pictures, rows, material.train_pictures, theirs, near)
    source = mixed(
        source_of(material.pictures, rows, reference=False),
        source_of(material.train_pictures, theirs, reference=True),
    )
    beside = [material.train_pictures.places[row] for row in theirs]
    about = {"beside": {"set": Path(material.train_pictures.name).name, "pictures": beside}}
    record = record_of(material.pictures, rows, pixels.shape[:2], about)
    record = dataclasses.replace(record, family="comparison")
    name, train = material.pictures.name, material.train_pictures.name
    return Sheet(
        f"sheets/{number}-pairs.png",
        f"The closest pairs: {name} beside {train}",
        f"{len(rows)} pairs of a picture of {name}, on the left, and the nearest of {train}, on "
        f"the right; the closest are {near[0]}. The table below names them.",
        f"Of all pictures the {len(rows)} that are nearest to a training picture, as "
        f"{evaluation.conditions.features} sees them: copies, if there are any, are among these.",
        pixels,
        record,
        source,
        (("the set's", "nearest training picture", "distance"),
         *zip(ours, trained, near, strict=True)),
    )  # fmt: skip


def _name(pictures: PictureSet, row: int) -> str:
    """The picture's own name, behind its label where that does not tell it."""
    called = pictures.called(pictures.places[row])
    label = pictures.labels[row] if pictures.labels else ""
    return called if label in called else f"{label}, {called}"


def _lines(pictures: PictureSet, row: int) -> tuple[str, str]:
    """What stands below a picture: its label, and what it is called."""
    label = pictures.labels[row] if pictures.labels else ""
    return clean(label), clean(pictures.called(pictures.places[row]))


def _draw(
    pictures: PictureSet, rows: list[int], train: PictureSet, theirs: list[int], near: list[str]
) -> NDArray[np.uint8]:
    tiles = []
    pairs = zip(pictures.at(rows), rows, train.at(theirs), theirs, near, strict=True)
    for one, row, other, its, apart in pairs:
        tiles.append(tile(Image.fromarray(one), ("the set's", *_lines(pictures, row))))
        tiles.append(tile(Image.fromarray(other), (f"train, {apart}", *_lines(train, its))))
    return np.asarray(rows_of(tiles, ACROSS))
