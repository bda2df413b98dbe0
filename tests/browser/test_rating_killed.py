"""Two windows rate while the server is killed and started again: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studies import Served, begin, counted, press, wait_for, write_study

from zoo.rating.store import open_answers

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    write_study(tmp_path / "study.sqlite", "real-or-generated", 9, raters=2)
    with Served(tmp_path / "study.sqlite") as served:
        yield served


def stored(served: Served, rater: int) -> list[str]:
    return [answer.choice for answer in open_answers(served.file).answers(rater)]


def test_two_windows_rate_while_the_server_is_killed_and_started_again(served, window) -> None:
    """Ten answers each. Three times it dies: while nobody answers, with an answer of one window on
    its way, and with one of both; the pages stay open and go on."""
    one, other = (window(link) for link in served.links)
    pressed: dict[Any, list[str]] = {one: [], other: []}

    def send(tab: Any, key: str) -> None:
        wait_for(tab, "asking")
        tab.keyboard.press(key)
        pressed[tab].append({"f": "real", "j": "generated"}[key])

    for tab in (one, other):
        begin(tab)
    for key in "fj":
        for tab in (one, other):
            send(tab, key)
            counted(tab, f"{len(pressed[tab])} of 10")
    served.kill()
    served.start()
    for waiting in ([one], [one, other]):
        for tab in (one, other):
            send(tab, "j")
            counted(tab, f"{len(pressed[tab])} of 10")
        for tab in waiting:
            wait_for(tab, "asking")
        served.kill()
        for tab in waiting:
            send(tab, "f")
            tab.wait_for_selector("#trouble:has-text('not stored yet')")
            tab.keyboard.press("j")  # does nothing: the first answer is still on its way
        served.start()
        for tab in waiting:
            counted(tab, f"{len(pressed[tab])} of 10")
            assert tab.is_hidden("#trouble")
    for tab in (one, other):
        while len(pressed[tab]) < 10:
            send(tab, "f")
            counted(tab, f"{len(pressed[tab])} of 10")
        wait_for(tab, "end")
    assert stored(served, 1) == pressed[one]
    assert stored(served, 2) == pressed[other]
    assert len(open_answers(served.file).answers()) == 20
    assert open_answers(served.file).withdrawn() == []


def test_an_answer_whose_receipt_is_lost_is_stored_once(served, window) -> None:
    """It is on the disk, but the page never hears of it, sends it again, and goes on."""
    tab = window(served.links[0])
    begin(tab)
    lost = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)
        route.abort() if len(lost) == 1 and lost.append(0) is None else route.continue_()

    tab.route("**/answer", lose)
    press(tab, "f")
    counted(tab, "1 of 10")
    assert lost[0] == 200
    assert stored(served, 1) == ["real"]


def test_what_could_not_be_sent_is_sent_when_the_page_is_opened_again(served, window) -> None:
    tab = window(served.links[0])
    begin(tab)
    press(tab, "f")
    wait_for(tab, "asking")
    served.kill()
    tab.keyboard.press("j")
    tab.wait_for_selector("#trouble:has-text('not stored yet')")
    later = tab.context.new_page()
    tab.close()
    served.start()
    later.goto(served.links[0])
    wait_for(later, "words")
    assert later.inner_text("#count") == "2 of 10"
    assert stored(served, 1) == ["real", "generated"]
    assert later.evaluate("() => Object.keys(localStorage).filter(k => /answer/.test(k))") == []


def test_taking_back_waits_for_the_server_too(served, window) -> None:
    tab = window(served.links[0])
    begin(tab)
    press(tab, "f")
    wait_for(tab, "asking")
    served.kill()
    tab.keyboard.press("z")
    wait_for(tab, "sending")
    served.start()
    counted(tab, "0 of 10")
    press(tab, "j")
    assert stored(served, 1) == ["generated"]


def test_a_link_of_another_study_says_so_and_keeps_what_was_not_sent(served, window) -> None:
    tab = window(served.links[0])
    begin(tab)
    served.kill()
    served.file.rename(served.file.with_name("first.sqlite"))
    write_study(served.file, "real-or-generated")
    tab.keyboard.press("f")
    served.start()
    tab.wait_for_selector("#trouble:has-text('no study that is open here')")
    assert tab.evaluate("() => Object.keys(localStorage).filter(k => /answer/.test(k)).length") == 1
    served.kill()
    served.file.unlink()
    served.file.with_name("first.sqlite").rename(served.file)
    served.start()
    tab.reload()
    wait_for(tab, "words")
    assert tab.inner_text("#count") == "1 of 10"
