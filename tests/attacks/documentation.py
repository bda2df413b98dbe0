"""docs/attacks.md, written from the table; a test compares the two.

PYTHONPATH=tests/support python tests/attacks/documentation.py
"""

from __future__ import annotations

import importlib
from itertools import groupby
from pathlib import Path

from attack import GROUPS, TABLE, Attack

PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"
HEAD = """\
# {count} attacks, and what `zoo verify` answers

Somebody wants a picture by AI to pass for a photograph, a photograph for AI, himself for somebody
else, or the program that looks at his file to fail. Each line below is a test (`pytest
tests/attacks`): the hostile picture is built by real sealing, real signing and cuts in real files,
`zoo verify` has to give exactly this answer, and of the same picture without the attack the better
one in brackets. So the tests fail if an attack succeeds, and also if everything were refused.

An answer is a [verdict](verify.md#the-verdicts), an origin, and whether the file is as it was
marked; or an error, where no answer is given at all. “Our pictures” are those that the
installation which is asked has issued itself; “trusted” is whom it trusts.

What no line promises: a picture whose marks are all gone, of which no ledger knows, gives
`no-evidence`. And a signer whom you trust can lie about a picture that carries no mark; then his
name stands under the lie.
"""
FOOT = """
This page is written from the table in `tests/attacks` (`python tests/attacks/documentation.py`).
"""


def page() -> str:
    """The whole page, in Markdown."""
    for name in GROUPS:
        importlib.import_module(name)
    entries = sorted(TABLE, key=lambda a: list(GROUPS).index(a.group))
    parts = [HEAD.format(count=len(entries))]
    for group, attacks in groupby(entries, key=lambda a: a.group):
        parts.append(f"\n## {GROUPS[group]}\n\n| attack | the attacker … | `zoo verify` answers |")
        parts.append("\n|---|---|---|\n")
        parts += [_row(attack) for attack in attacks]
    return "".join([*parts, FOOT])


def _row(attack: Attack) -> str:
    answer = f"{_answer(attack.deserved)} [{_answer(attack.honest)}]. {_sentence(attack.why)}"
    return f"| {attack.name} | {attack.does} | {answer} |\n"


def _answer(answer: str) -> str:
    first, *rest = answer.split()
    if first == "error":
        return f"an error: `{rest[0]}`"
    return f"`{first}`, {', '.join(rest)}"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
