"""Work that is done on other threads before it is asked for, in order and in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import islice
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def ahead(
    pool: Executor, job: Callable[[Given], Made], items: Iterable[Given], most: int
) -> Iterator[tuple[Given, Future[Made]]]:
    """Each of ``items`` and what ``job`` makes of it, in order, which may not be done yet; ``most``
    are under way. Those that are not asked for any more are not begun."""
    rest = iter(items)
    waiting = deque((item, pool.submit(job, item)) for item in islice(rest, most))
    try:
        while waiting:
            item, future = waiting.popleft()
            waiting.extend(
                (following, pool.submit(job, following)) for following in islice(rest, 1)
            )
            yield item, future
    finally:
        for _, future in waiting:
            future.cancel()
