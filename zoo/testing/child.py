"""``python -m zoo.testing.child PLUGIN START``: a process that checks what a plugin brings, for
:mod:`zoo.testing.apart`.

A line of JSON goes out for each thing that is begun and for each that was checked, from the one at
START on; the last line says that it came to the end.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from zoo.errors import UsageError, ZooError

from .contract import Report
from .plugins import things_of


def main() -> None:
    """Check, and tell."""
    name, start = sys.argv[1], int(sys.argv[2])
    # For what this process has to tell alone: whatever else is printed goes to stderr.
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(**table: Any) -> None:
        own.write(json.dumps(table) + "\n")
        own.flush()

    try:
        for brought in things_of(name)[start:]:
            tell(begun=[brought.hook, brought.name])
            tell(checked=_table(brought.check()))
    except ZooError as error:
        if os.environ.get("ZOO_STRICT") == "1":
            raise
        tell(error=str(error), usage=isinstance(error, UsageError))
    except KeyboardInterrupt:
        sys.exit(130)
    tell(end=True)


def _table(report: Report) -> list[dict[str, str]]:
    return [vars(outcome) for outcome in report.outcomes]


if __name__ == "__main__":
    main()
