"""The answers of ``zoo verify`` as JSON, written as they come: many files need no memory."""

from __future__ import annotations

import json
import sys

from zoo.answer_table import to_table
from zoo.circumstances import Circumstances
from zoo.verifying import Unread
from zoo_provenance.answer import Examination

from .verify_report import shown


class JsonOutput:
    """One object, a line a file, in ASCII; closed even after an error."""

    def __init__(self, setting: Circumstances) -> None:
        self._setting = setting

    def __enter__(self) -> JsonOutput:
        about = json.dumps(self._setting.table())
        sys.stdout.write(f'{{"schema": 1, "examined": {about}, "files": [')
        self._between = "\n"
        return self

    def add(self, answer: Examination | Unread) -> None:
        table = {"file": shown(answer.path), **to_table(answer)}
        sys.stdout.write(self._between + json.dumps(table))
        sys.stdout.flush()
        self._between = ",\n"

    def __exit__(self, *error: object) -> None:
        sys.stdout.write("\n]}\n")
