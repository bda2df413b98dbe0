"""Every attack of the table gets exactly the answer that it deserves, and its honest counterpart a
better one."""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path

import pytest
from attack import GROUPS, TABLE, Attack
from documentation import PAGE, page
from lab import Lab

for _name in GROUPS:
    importlib.import_module(_name)


@pytest.mark.parametrize("attack", TABLE, ids=lambda a: a.name.replace(" ", "-"))
def test_an_attack_gets_what_it_deserves(attack: Attack, in_lab: Lab, tmp_path: Path) -> None:
    attempt = attack.build(in_lab)
    honest, _ = attempt.honest.ask(tmp_path)
    assert honest == attack.honest
    hostile, told = attempt.hostile.ask(tmp_path)
    assert hostile == attack.deserved
    assert not [text for text in attempt.never if text in told]


def test_the_table_is_one_of_different_answers() -> None:
    assert len(TABLE) >= 45
    assert [a.name for a in TABLE if a.deserved == a.honest] == []
    assert [name for name, count in Counter(a.name for a in TABLE).items() if count > 1] == []
    assert {a.group for a in TABLE} == set(GROUPS)


def test_the_page_about_them_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page()
