"""Verifying many mixed pictures against bare ``c2pa.Reader`` loops in as many processes.

    python benchmarks/verifying_many.py SIGNED UNMARKED [--pictures 2000] [--jobs 2] [--rounds 3]

SIGNED is a folder of pictures with manifests of others (such as C2PA's public test files), UNMARKED
one of photographs; both are repeated as needed. A third each: those, and PNG files of 256 x 256
that are sealed here. Starting the processes is part of both times. Then this process goes through
all of it once more and counts what each layer takes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import os
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import c2pa
from verifying import make

import zoo
from zoo.verifying import Unread
from zoo_provenance.examiners import BUILT_IN
from zoo_provenance.pictures import SUFFIXES, sniff
from zoo_provenance.subject import Subject


def mixed(sealed: list[Path], signed: Path, unmarked: Path, count: int) -> list[Path]:
    """A sealed, a signed and an unmarked picture in turn."""
    kinds = [sealed, found(signed), found(unmarked)]
    turns = itertools.chain.from_iterable(zip(*map(itertools.cycle, kinds), strict=True))
    return list(itertools.islice(turns, count))


def found(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)


def read_bare(paths: list[str]) -> int:
    """How many of the files have a manifest."""
    settings = {"version": 1, "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    context = c2pa.Context.from_dict(settings)
    count = 0
    for path in paths:
        data = Path(path).read_bytes()
        with contextlib.suppress(c2pa.C2paError.ManifestNotFound):
            with c2pa.Reader(sniff(data), io.BytesIO(data), context=context) as reader:
                reader.json()
            count += 1
    return count


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of processors in the processes that were started."""

    clock: float
    work: float


@contextlib.contextmanager
def measured() -> Iterator[list[Cost]]:
    cost: list[Cost] = []
    start, before = time.perf_counter(), used()
    yield cost
    cost.append(Cost(time.perf_counter() - start, used() - before))


def used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def bare(paths: list[Path], jobs: int) -> Cost:
    names = [str(p) for p in paths]
    with measured() as cost:
        pool = get_context("spawn").Pool(jobs)
        assert sum(pool.map(read_bare, [names[i::jobs] for i in range(jobs)], 1))
        pool.close()
        pool.join()
    return cost[0]


def verify(paths: list[Path], jobs: int | None, thorough: bool) -> tuple[Cost, Counter[str]]:
    with measured() as cost:
        answers = zoo.verify_many(paths, jobs=jobs, thorough=thorough)
        verdicts = Counter(
            "unread" if isinstance(a, Unread) else str(a.verdict.verdict) for a in answers
        )
    return cost[0], verdicts


@contextlib.contextmanager
def clocks() -> Iterator[dict[str, float]]:
    """Seconds of processors that each layer takes in this process; decoding is counted apart from
    who asked."""
    spent: dict[str, float] = {"decoding": 0.0}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            start, decoding = time.process_time(), spent["decoding"]
            try:
                return work(*args)
            finally:
                took = time.process_time() - start
                inner = 0.0 if name == "decoding" else spent["decoding"] - decoding
                spent[name] = spent.get(name, 0.0) + took - inner

        return run

    with contextlib.ExitStack() as stack:
        originals: list[tuple[Any, str]] = [
            (Subject, "picture"),
            *((type(e), "examine") for e in BUILT_IN),
        ]
        for kind, method in originals:
            name = "decoding" if kind is Subject else kind.name
            stack.callback(setattr, kind, method, getattr(kind, method))
            setattr(kind, method, timed(name, getattr(kind, method)))
        yield spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("signed", type=Path)
    parser.add_argument("unmarked", type=Path)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--thorough", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZOO_HOME"] = str(Path(folder) / "home")
        sealed = make(-(-given.pictures // 3), Path(folder))
        paths = mixed(sealed, given.signed, given.unmarked, given.pictures)
        times = []
        for _ in range(given.rounds):
            ours, verdicts = verify(paths, given.jobs, given.thorough)
            times.append((bare(paths, given.jobs), ours))
        verify(paths[:3], None, given.thorough)  # imports
        with clocks() as spent:
            start = time.process_time()
            verify(paths, None, given.thorough)
            alone = time.process_time() - start
    report(len(paths), given.jobs, times, verdicts)
    spent["reading, hashing, deciding"] = alone - sum(spent.values())
    print(f"\nprocessors, one process {1e3 * alone / len(paths):8.2f} ms a picture, of which")
    for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1]):
        print(f"  {name:26} {1e3 * seconds / len(paths):8.2f} {seconds / alone:6.0%}")


def report(count: int, jobs: int, times: list[tuple[Cost, Cost]], verdicts: Counter[str]) -> None:
    print(f"{count} pictures: {', '.join(f'{n} {name}' for name, n in verdicts.most_common())}")
    print(f"ms a picture, medians of {len(times)} rounds        clock  processors")
    for name, index in ((f"bare c2pa.Reader, {jobs} processes", 0), ("zoo.verify_many", 1)):
        costs = [pair[index] for pair in times]
        clock = 1e3 * statistics.median(c.clock for c in costs) / count
        work = 1e3 * statistics.median(c.work for c in costs) / count
        print(f"{name:40} {clock:10.2f} {work:10.2f}")
    clock = statistics.median(b.clock / a.clock for a, b in times)
    work = statistics.median(b.work / a.work for a, b in times)
    print(f"{'ratio':40} {clock:10.2f} {work:10.2f}")


if __name__ == "__main__":
    main()
