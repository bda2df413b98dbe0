"""Check the C2PA examiner against the public test files, under several trust settings.

    python benchmarks/c2pa_public_testfiles.py FOLDER --anchors TEST_CA.pem [--official FOLDER]

FOLDER holds the pictures and ``expected.csv`` (file, no_anchors, with_test_ca, codes). Exits with 1
where a state or a status code differs.

The CSV says what to expect where nobody is trusted, and where the test CA is. For the other
settings a rule does: the test CA among the time-stampers, and the official list, on which it is
not, make nobody trusted (``no_anchors``); beside the test CA the official list changes nothing
(``with_test_ca``). ``--official`` is a folder with C2PA's two lists.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from zoo_provenance.evidence import Evidence
from zoo_provenance.examination import examine
from zoo_provenance.examiners import C2paExaminer
from zoo_provenance.trust import Profile, Trust, add_anchors, install_list, load_trust


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--anchors", type=Path, required=True)
    parser.add_argument("--official", type=Path)
    arguments = parser.parse_args()
    rows = list(csv.DictReader((arguments.folder / "expected.csv").open(newline="")))
    wrong = 0
    print(f"{'trusted':<34}{'files':<7}{'states':<42}{'verdicts':<52}differ")
    for name, trust, column in _settings(arguments.anchors, arguments.official):
        found = [(row, *_ask(arguments.folder / row["file"], trust)) for row in rows]
        bad = [row["file"] for row, evidence, _ in found if not _fits(row, column, evidence)]
        states = Counter(evidence.state for _, evidence, _ in found)
        verdicts = Counter(verdict for _, _, verdict in found)
        print(f"{name:<34}{len(rows):<7}{_told(states):<42}{_told(verdicts):<52}{len(bad)}")
        for file in bad:
            print(f"    {file}")
        wrong += len(bad)
    print(f"{wrong} differ from what is expected")
    return 1 if wrong else 0


def _settings(anchors: Path, official: Path | None) -> Iterator[tuple[str, Trust, str]]:
    """(name, trust, the column of expected.csv that has to come out) of each setting."""

    def trust(*, ca: str | None, listed: bool) -> Trust:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            if ca is not None:
                add_anchors(anchors, tsa=ca == "tsa", home=home)
            if listed:
                install_list("official", folder=official, home=home)
            profile = Profile.OFFICIAL if listed else Profile.THIS_INSTALLATION
            return load_trust(home, profile=profile, own=False)

    yield "nobody", trust(ca=None, listed=False), "no_anchors"
    yield "the test CA", trust(ca="signer", listed=False), "with_test_ca"
    yield "the test CA as time-stamper", trust(ca="tsa", listed=False), "no_anchors"
    if official is not None:
        yield "the official list", trust(ca=None, listed=True), "no_anchors"
        yield "the official list and the test CA", trust(ca="signer", listed=True), "with_test_ca"


def _ask(path: Path, trust: Trust) -> tuple[Evidence, str]:
    found = examine(path, examiners=(C2paExaminer(),), trust=trust)
    return found.evidence[0], str(found.verdict.verdict)


def _fits(row: dict[str, str], column: str, evidence: Evidence) -> bool:
    """The state is the expected one, and with the test CA so are the status codes."""
    expected = "none" if row[column].startswith("ERR ManifestNotFound") else row[column]
    codes = {code for code in row["codes"].split(";") if code}
    return evidence.state == expected and codes <= set(evidence.details.get("failures", []))


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
