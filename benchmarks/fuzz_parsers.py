"""A coverage-guided fuzzer on what this project itself parses of strangers' and others' files.

    pip install atheris
    python benchmarks/fuzz_parsers.py [--minutes 10] [--corpus FOLDER] [TARGET ...]

Each target gets bytes that atheris (libFuzzer) makes up, led by which lines they reach, beginning
with whole examples. It may give an answer or raise the error that it documents. Anything else, and
more than 5 seconds or a gigabyte, ends the run; the bytes are kept in FOLDER. Without TARGET all
run, one after the other. A new parser is a new entry of a module's TARGETS. The decoders of pixels
and of C2PA are not ours: ``mutated_files.py`` tries them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["zoo", "zoo_provenance"]):
    import fuzz_foreign
    import fuzz_pictures

TARGETS = {**fuzz_pictures.TARGETS, **fuzz_foreign.TARGETS}
SECONDS, MEGABYTES, LONGEST = 5, 1024, 1 << 16


def fuzz(name: str, folder: Path, minutes: float) -> None:
    """Does not return."""
    target = TARGETS[name]
    folder.mkdir(parents=True, exist_ok=True)
    for number, example in enumerate(target.examples()):
        (folder / f"example-{number}").write_bytes(example)

    def run(data: bytes) -> None:
        target.run(data)

    flags = (
        f"-max_total_time={round(60 * minutes)}",
        f"-timeout={SECONDS}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder.parent}/{name}-",
        "-print_final_stats=1",
        "-verbosity=0",
    )
    atheris.Setup([sys.argv[0], *flags, str(folder)], run)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--corpus", type=Path, help="keep what was found to reach new lines")
    given = parser.parse_args()
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix="zoo-fuzz-"))
    os.environ["ZOO_HOME"] = str(corpus / "home")
    if given.corpus and len(given.targets) == 1:
        fuzz(given.targets[0], corpus / given.targets[0], given.minutes)
    failed = []
    for name in given.targets or TARGETS:
        print(f"== {name}, in {corpus}", flush=True)
        more = ["--minutes", str(given.minutes), "--corpus", str(corpus)]
        done = subprocess.run([sys.executable, __file__, name, *more])
        failed += [name] * (done.returncode != 0)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
