"""Check the C2PA examiner against the public test files.

    python benchmarks/c2pa_public_testfiles.py FOLDER --anchors TEST_CA.pem

FOLDER holds the pictures and ``expected.csv`` (file, no_anchors, with_test_ca, codes). Exits with 1
where a state or a status code differs.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path

from zoo_provenance.evidence import Evidence
from zoo_provenance.examination import examine
from zoo_provenance.trust import Trust, add_anchors, load_trust


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--anchors", type=Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        add_anchors(arguments.anchors, home=Path(home))
        trusting = load_trust(Path(home), own=False)
    wrong = 0
    print(f"{'file':<46}{'no anchors':<12}{'anchors':<12}{'verdict':<20}ok")
    with (arguments.folder / "expected.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            path = arguments.folder / row["file"]
            plain = examine(path, trust=Trust())
            anchored = examine(path, trust=trusting)
            states = [_c2pa(e.evidence).state for e in (plain, anchored)]
            good = states == [_state(row["no_anchors"]), _state(row["with_test_ca"])]
            good = good and _codes(row) <= set(_c2pa(anchored.evidence).details.get("failures", []))
            wrong += not good
            verdict = anchored.verdict.verdict
            print(f"{row['file']:<46}{states[0]:<12}{states[1]:<12}{verdict:<20}{good}")
    print(f"{wrong} differ from expected.csv")
    return 1 if wrong else 0


def _c2pa(evidence: tuple[Evidence, ...]) -> Evidence:
    return next(e for e in evidence if e.examiner == "c2pa")


def _state(expected: str) -> str:
    return "none" if expected.startswith("ERR ManifestNotFound") else expected


def _codes(row: dict[str, str]) -> set[str]:
    return {code for code in row["codes"].split(";") if code}


if __name__ == "__main__":
    sys.exit(main())
