"""The record: everything needed to make one picture again. It is signed into the manifest."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from .errors import RecordError
from .terms import licence_problem

SCHEMA = 1
RECORD_LABEL = "org.zoo-generators.record"
"""The label of the assertion that holds it."""
MAX_JSON = 64 * 1024
MOST_LABEL = 60
_WORDS = re.compile(r"negative_prompt(_\d+)?|prompt_\d+")
_SOURCE = re.compile(r"hf-hub:[\w.-]{1,96}/[\w.-]{1,96}@[0-9a-f]{40}", re.ASCII)


@dataclass(frozen=True)
class Record:
    """How one picture was made.

    ``size`` is (height, width) in pixels of the picture that was sealed, ``native_size`` that of
    the generator's own output before scaling. ``batch`` is how many pictures were made at once:
    floating-point results may depend on it.
    """

    model: str
    family: str
    seed: int | None = None
    index: int | None = None
    label: str | None = None
    prompt: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    native_size: tuple[int, int] | None = None
    weights: tuple[str, ...] = ()
    """sha256 of each weights file, in hex."""
    sources: tuple[str, ...] = ()
    """Of each weights file that lies on the Hub: ``hf-hub:OWNER/NAME@COMMIT``."""
    batch: int | None = None
    device: str | None = None
    dtype: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    """Of the model. The picture's own is ``usage_terms``."""
    trained_on: str | None = None
    usage_terms: str | None = None
    """The licence that the picture's maker gives it."""
    no_training: bool = False
    """Its maker does not want AI to be trained on it, nor its data to be mined."""
    visible_label: str | None = None
    """Words drawn into the picture for people to see."""
    inputs: tuple[str, ...] = ()
    """sha256 of the file of each picture that it was made from, in hex."""

    @classmethod
    def external(cls, tool: str, version: str, **details: Any) -> Self:
        """A record for pictures that another program made; ``details`` land in ``options``."""
        return cls(model=tool, family="external", options=details, versions={tool: version})

    def with_visible_label(self, text: str | None) -> Self:
        """The same with a visible label. Raises RecordError for words that cannot be drawn."""
        if text is not None and (problem := label_problem(text)):
            raise RecordError(problem)
        return dataclasses.replace(self, visible_label=text)

    def with_terms(self, licence: str | None, *, no_training: bool) -> Self:
        """The same with the picture's terms of use.

        Raises RecordError for a licence that is empty, longer than 2,000 characters or not one
        line.
        """
        if licence is not None and (problem := licence_problem(licence)):
            raise RecordError(problem)
        return dataclasses.replace(self, usage_terms=licence, no_training=no_training)

    def without_words(self) -> Self:
        """The same without what somebody typed: the prompt, and the options ``negative_prompt``,
        ``prompt_2`` and the like."""
        options = {k: v for k, v in self.options.items() if not _WORDS.fullmatch(k)}
        return dataclasses.replace(self, prompt=None, options=options)

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no blanks, empty fields left out.

        Raises RecordError where ``options`` holds something JSON cannot, or where it is too long.
        """
        table = {
            k: v
            for k, v in dataclasses.asdict(self).items()
            if v is not None and v is not False and v not in ({}, ())
        }
        try:
            text = json.dumps(
                {"schema": SCHEMA, **table}, sort_keys=True, separators=(",", ":"), allow_nan=False
            )
        except (TypeError, ValueError) as error:
            raise RecordError(f"the record holds something JSON cannot: {error}") from error
        if len(text) > MAX_JSON:
            raise RecordError(f"the record has {len(text)} characters; at most {MAX_JSON} are kept")
        return text

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote; the text may come from a stranger's manifest."""
        try:
            if len(text) > MAX_JSON:
                raise ValueError(f"{len(text)} characters")
            table = json.loads(text)
            if not isinstance(table, dict) or table.pop("schema", None) != SCHEMA:
                raise ValueError(f"not schema {SCHEMA}")
            table = {k: _typed(k, v) for k, v in table.items()}
            return cls(**table)
        except (TypeError, ValueError, RecursionError) as error:
            raise RecordError(f"not a record of this version of Zoo: {error}") from error


def read_record(path: Path) -> Record:
    """A record from a JSON file: as in a manifest, or as ``zoo ledger show --json`` prints it.

    Raises RecordError.
    """
    try:
        with path.open(encoding="utf-8") as file:
            table = json.loads(file.read(4 * MAX_JSON))
        for key in ("picture", "record"):
            table = table.get(key, table)
        return Record.from_json(json.dumps({"schema": SCHEMA, **table}))
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror}") from error
    except (ValueError, AttributeError, TypeError, RecursionError, RecordError) as error:
        raise RecordError(
            f"{path} holds no record: {error}; expected JSON as 'zoo ledger show ID --json' prints"
        ) from error


def label_problem(text: str) -> str | None:
    """Why a text cannot be a visible label, or None: it is one line, 1 to 60 characters."""
    if not text.strip():
        return "the visible label is empty; give its words, such as 'AI GENERATED'"
    if len(text) > MOST_LABEL:
        return f"the visible label has {len(text)} characters, at most {MOST_LABEL} are drawn"
    if not text.isprintable():
        return "the visible label holds a line break or a control character; give one line"
    return None


_TEXT = {"model", "family", "label", "prompt", "device", "dtype"}
_TEXT |= {"licence", "trained_on", "usage_terms"}
_INTEGER = {"seed", "index", "batch"}
_SIZE = {"size", "native_size"}
_TABLE = {"options", "versions"}


def _typed(key: str, value: Any) -> Any:
    def is_int(v: Any) -> bool:
        return type(v) is int

    if key == "visible_label" and isinstance(value, str) and not label_problem(value):
        return value
    if key in _TEXT and isinstance(value, str):
        return value
    if key in _INTEGER and is_int(value):
        return value
    if key in _SIZE and isinstance(value, list) and len(value) == 2 and all(map(is_int, value)):
        return tuple(value)
    if key in _TABLE and isinstance(value, dict):
        return value
    if (
        key in ("weights", "inputs")
        and isinstance(value, list)
        and all(isinstance(v, str) for v in value)
    ):
        return tuple(value)
    if key == "sources" and isinstance(value, list) and all(map(_is_source, value)):
        return tuple(value)
    if key == "no_training" and value is True:
        return value
    raise ValueError(f"unexpected {key!r}: {str(value)[:40]!r}")


def _is_source(value: object) -> bool:
    return isinstance(value, str) and _SOURCE.fullmatch(value) is not None
