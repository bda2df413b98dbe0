"""``python -m zoo.worker``: a process that examines files for :mod:`zoo.workers`.

Lines of JSON come in on standard input: first what all files have in common, then a path each.
Every line is answered by one; where thumbnails are asked for, one more follows the answer about
each file that could be examined, so that no drawing takes an answer along. It ends when its input
does, and so never outlives its parent.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from zoo_provenance.errors import CrashedError, ProvenanceError, TooLargeError
from zoo_provenance.look import look_at

from .answer_table import to_table
from .asking import requested
from .errors import ZooError
from .limits import leave_no_core, limit_memory, limit_time
from .look_table import look_table
from .one_line import in_one_line
from .verifying import Unread, examining

if TYPE_CHECKING:
    from .verifying import Answer, Examine

Reply = Callable[[dict[str, Any]], None]


def main() -> None:
    """Serve until the input ends."""
    leave_no_core()
    logging.getLogger("zoo.plugins").setLevel(logging.ERROR)  # its parent tells what is slow, once
    reply = _reply_to(_own_output())
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    asked, limits = requested(json.loads(lines.get()))
    try:
        with examining(asked, None) as examine:
            reply({"error": None})
            _silence()
            limit_memory(limits)
            while True:
                path = Path(json.loads(lines.get()))
                limit_time(limits)
                answer, data = _answer(examine, path)
                reply(to_table(answer))
                if asked.thumbnails and not isinstance(answer, Unread):
                    reply(look_table(look_at(data)))
    except (ProvenanceError, ZooError) as error:
        code = getattr(error, "code", None)
        reply({"error": {"code": code, "message": str(error)}})


def _answer(examine: Examine, path: Path) -> tuple[Answer, bytes]:
    try:
        return examine(path)
    except MemoryError:
        why: ProvenanceError = TooLargeError("looking at it takes more memory than a file may")
    except Exception as error:  # noqa: BLE001 - the other files must go on
        why = CrashedError(f"looking at it failed: {in_one_line(error)}")
    return Unread(path, why), b""


def _own_output() -> IO[bytes]:
    """Standard output for answers alone: what libraries and plugins print goes to stderr."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _reply_to(stream: IO[bytes]) -> Reply:
    def reply(table: dict[str, Any]) -> None:
        stream.write(json.dumps(table).encode() + b"\n")
        stream.flush()

    return reply


def _listen(lines: SimpleQueue[bytes]) -> None:
    """Take requests as they come: so the end of them is noticed in the midst of a file, too."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _silence() -> None:
    """Decoders complain about each broken file on stderr; the answer says what there is to say."""
    if os.environ.get("ZOO_STRICT") != "1":
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)


if __name__ == "__main__":
    main()
