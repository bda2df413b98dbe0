"""``zoo rate report`` and ``zoo rate export``, and from preferences to a tuned model."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from documented import keys, section
from pages import Page
from ratings import begin, rate

import zoo
from zoo.rating.pictures import as_png
from zoo.rating.study import Kind, Trial

HARM = "<script>window.harm = 1</script>"
STUDIES: dict[Kind, dict[str, bool | None]] = {
    "real-or-generated": {"photos": False, "gan.x": True},
    "which-is-better": {"gan.x": True, HARM: None},
    "scales": {"gan.x": True, "vae.x": True},
}


def redness(pixels: np.ndarray) -> float:
    return float(pixels[..., 0].mean() - pixels[..., 1:].mean())


def choose(trial: Trial) -> tuple[str, int]:
    choices = {"which-is-better": ["left", "right"], "real-or-generated": ["real", "generated"]}
    some = choices.get(trial.question, ["2", "3", "5"])
    return some[(trial.unit + trial.rater) % len(some)], 600 + 10 * trial.index


@pytest.fixture(params=list(STUDIES))
def study(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    answers = begin(
        tmp_path / "s.sqlite", request.param, STUDIES[request.param], each=4, raters=5, catches=1,
        time_limit=250 if request.param == "real-or-generated" else None,
    )  # fmt: skip
    rate(answers, choose, raters=[1, 2, 3, 4])
    return answers.file


def test_text_json_and_page_say_the_same(call_zoo, study: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    text = call_zoo("rate", "report", study, "--html", page)
    assert text.returncode == 0, text.stderr
    assert "by 4 raters" in text.stdout
    assert "Agreement between raters" in text.stdout
    done = call_zoo("rate", "report", study, "--json", "--seed", "3")
    table = json.loads(done.stdout)
    printed = set(keys(table))
    documented = set(re.findall(r"\w+", section("zoo rate report --json")))
    assert printed <= documented, f"not in docs/json.md: {printed - documented}"
    assert table["conditions"]["seed"] == 3
    assert [r["rater"] for r in table["raters"]] == [1, 2, 3, 4]
    shown = Page(page.read_text("utf-8"))
    assert "script" not in {name for name, _ in shown.elements}
    rows = [line.split("  ") for line in text.stdout.splitlines() if line.startswith("  ")]
    for row in rows:
        for cell in filter(None, map(str.strip, row)):
            if not cell.startswith("-") and cell[0].isdigit():
                assert cell in shown.text
    again = call_zoo("rate", "report", study, "--html", page)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert not again.stdout


@pytest.mark.parametrize(("raters", "done"), [(2, 1), (6, 6)])
def test_the_report_ends_with_what_to_do_next(
    call_zoo, tmp_path: Path, raters: int, done: int
) -> None:
    sets = {"gan.x": True}
    answers = begin(tmp_path / "a study", "which-is-better", sets, each=24, raters=raters)
    rate(answers, choose, raters=range(1, done + 1))
    said = call_zoo("rate", "report", answers.file).stderr
    resume = f"zoo rate resume '{answers.file}'"
    assert ("12 judgements short of the plan" in said) == (done < raters)
    assert (f"{resume} --raters 5" in said) == (done < 5)
    commands = [line.split(": ", 1)[1] for line in said.splitlines() if "prefs.jsonl" in line]
    export, tune = (shlex.split(command) for command in commands)
    assert tune[:3] == ["zoo", "tune", "gan.x"]
    assert tune[3:] == ["--reward", "preference", "--reward-file", "prefs.jsonl"]
    export[-1] = str(tmp_path / export[-1])
    exported = call_zoo(*export[1:])
    assert exported.returncode == 0
    assert f"zoo tune gan.x --reward preference --reward-file {export[-1]}" in exported.stderr


def test_a_folder_is_not_proposed_for_tuning(call_zoo, tmp_path: Path) -> None:
    answers = begin(tmp_path / "s", "which-is-better", {"photos": None}, each=4, raters=1)
    rate(answers, choose)
    assert "zoo tune MODEL --reward" in call_zoo("rate", "report", answers.file).stderr


@pytest.mark.parametrize("command", ["report", "export"])
def test_what_is_no_study_is_one_line(call_zoo, tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.txt").write_text("not a study" * 100)
    more = ("--out", tmp_path / "p.jsonl") if command == "export" else ()
    for name, message in (("gone.sqlite", "there is no study"), ("notes.txt", "no study")):
        done = call_zoo("rate", command, tmp_path / name, *more)
        assert done.returncode == 1
        assert message in done.stderr
        assert done.stderr.count("\n") == 1


def test_preferences_for_redder_pictures_make_pictures_redder(
    call_zoo, tiny_model: Path, tmp_path: Path
) -> None:
    model = zoo.load(str(tiny_model))
    made = [p.pixels for p in model.generate(96, seed=5)]
    red = {as_png(pixels)[0]: redness(pixels) for pixels in made}
    answers = begin(
        tmp_path / "s.sqlite", "which-is-better", {"tiny.model": True}, each=96, raters=1,
        pixels=lambda _, number: made[number],
    )  # fmt: skip
    rate(answers, lambda t: (max(("left", "right"), key=lambda side: red[
        t.items[side == "right"].sha256]), 700))  # fmt: skip
    prefs, out = tmp_path / "prefs.jsonl", tmp_path / "red"
    done = call_zoo("rate", "export", answers.file, "--out", prefs)
    assert done.returncode == 0, done.stderr
    assert "48 comparisons" in done.stdout
    tuned = call_zoo(
        "tune", tiny_model, "--reward", "preference", "--reward-file", prefs, "--out", out,
        "--images", "160", "--batch", "8", "--learning-rate", "3e-3", "--penalty", "5",
        "--device", "cpu", "--json",
    )  # fmt: skip
    assert tuned.returncode == 0, tuned.stderr
    assert "lowest value that so many can give" in tuned.stderr
    assert f"zoo rate which-is-better {tiny_model} {out}" in tuned.stderr
    report = json.loads(tuned.stdout)
    assert "held out accuracy" in tuned.stderr
    assert report["reward_facts"]["comparisons"] == 48
    assert report["reward_facts"]["p"] <= 0.05
    assert report["after"]["reward"] > report["before"]["reward"]
    short = call_zoo(
        "tune", tiny_model, "--reward", "preference", "--reward-file", prefs, "--images", "16",
        "--out", tmp_path / "short", "--device", "cpu",
    )  # fmt: skip
    assert re.search(r"which means .* preferred with\s+odds of [\d.]+ to 1", short.stdout)
    documented = set(re.findall(r"\w+", section("zoo tune --json")))
    assert set(keys(report)) <= documented
    facts = json.loads((out / "tiny.json").read_text())["tuned"]["reward_facts"]
    assert facts == report["reward_facts"]
    means = [
        np.mean([redness(p.pixels) for p in one.generate(32, seed=9)])
        for one in (model, zoo.load(str(out)))
    ]
    assert means[1] > means[0] + 5


def test_a_reward_and_its_file_go_together(call_zoo, tiny_model: Path, tmp_path: Path) -> None:
    listed = json.loads(call_zoo("tune", "--list", "--json").stdout)["rewards"]
    needs = {r["name"]: r["file"] for r in listed}
    assert needs["sharpness"] is None
    assert "zoo rate export" in needs["preference"]
    (tmp_path / "p.jsonl").write_text("{}\n")
    for words, message in (
        (("preference",), "give one with --reward-file"),
        (("preference", "--reward-file", tmp_path / "gone"), "no such file"),
        (("preference", "--reward-file", tmp_path / "p.jsonl"), "line 1"),
        (("sharpness", "--reward-file", tmp_path / "p.jsonl"), "built from no file"),
    ):
        out = tmp_path / "out"
        done = call_zoo("tune", tiny_model, "--reward", *words, "--out", out)
        assert done.returncode == 2
        assert message in done.stderr
        assert not out.exists()


def test_answers_at_random_are_no_reward(call_zoo, tiny_model: Path, tmp_path: Path) -> None:
    answers = begin(tmp_path / "s.sqlite", "which-is-better", {"x.y": True}, each=24, raters=1)
    chance = np.random.default_rng(1)
    rate(answers, lambda _: (str(chance.choice(["left", "right"])), 700))
    prefs = tmp_path / "prefs.jsonl"
    assert call_zoo("rate", "export", answers.file, "--out", prefs).returncode == 0
    done = call_zoo(
        "tune", tiny_model, "--reward", "preference", "--reward-file", prefs,
        "--out", tmp_path / "o",
    )  # fmt: skip
    assert done.returncode == 2
    assert "answers at random would be predicted as well" in done.stderr
