"""The answers of ``zoo verify`` as JSON, written as they come: many files need no memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from zoo.answer_table import to_table
from zoo.circumstances import Circumstances
from zoo.verifying import Unread
from zoo_provenance.answer import Examination

from .verify_report import shown


class JsonOutput:
    """One object, a line a file, in ASCII; closed even after an error, as not complete."""

    def __init__(self, setting: Circumstances, passed_over: list[Path]) -> None:
        self._setting, self._passed_over = setting, passed_over

    def __enter__(self) -> JsonOutput:
        about = json.dumps(self._setting.table())
        others = json.dumps([shown(path) for path in self._passed_over])
        start = f'{{"schema": 1, "examined": {about}, "passed_over": {others}, "files": ['
        sys.stdout.write(start)
        self._between = "\n"
        return self

    def add(self, answer: Examination | Unread) -> None:
        table = {"file": shown(answer.path), **to_table(answer)}
        sys.stdout.write(self._between + json.dumps(table))
        sys.stdout.flush()
        self._between = ",\n"

    def __exit__(self, kind: object, *error: object) -> None:
        complete = json.dumps(kind is None)
        sys.stdout.write(f'\n], "complete": {complete}}}\n')
