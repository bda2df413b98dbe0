"""Tuning from a model's name to a folder with the tuned one, and the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from zoo.card import Can, Card
from zoo.catalogue import find_card
from zoo.devices import choose_device
from zoo.errors import UnknownNameError, UsageError, ZooError
from zoo.loading import build_model, load_card
from zoo.plugins import plugin_manager
from zoo.reward import Reward
from zoo.safetensor import VerifiedFile
from zoo.training.folder import claim
from zoo.training.log import Log
from zoo.training.loop import Progress
from zoo.training.plot import PLOT, save_plot

from .held_out import GROUP
from .label_judge import LabelJudge, judge_that_knows
from .loop import Ended, Score, Tuning, score_of
from .measures import Variety, moved_levels
from .output import SHEET, export_tuned, save_before_after, sheet_record
from .plan import Plan
from .rewarding import load_reward
from .subject import Decoder, tunable_network


@dataclass(frozen=True)
class Report:
    """What a tuning did, measured on the held-out latents with the weights that were written.

    ``moved`` is the root mean square change of a pixel in levels of 255, ``variety`` the share of
    the original's, ``accuracy`` how often ``judge`` sees the asked label, before and after.
    ``meaning`` says what the change of the reward means, where the reward does.
    """

    model: str
    reward: str
    path: Path
    sheet: Path
    sha256: str
    images: int
    seconds: float
    ended: Ended
    before: Score
    after: Score
    moved: float
    variety: Variety
    judge: str | None
    accuracy: tuple[float, float] | None
    reward_facts: dict[str, str | float]
    meaning: str


def check(model: str, reward: str, file: Path | None) -> tuple[Card, Reward]:
    """The cards of both, before anything is loaded. Raises UsageError where they, or the reward's
    ``file``, do not fit."""
    manager = plugin_manager()
    rewards = manager.rewards()
    if reward not in rewards:
        hint = f"(zoo tune --list lists them{manager.failed()})"
        raise UnknownNameError("reward", reward, rewards, hint)
    card = find_card(model)
    if card.by_reference:
        raise UsageError(f"{card.id} cannot be tuned: it is a model by reference, not one of ours")
    if Can.LATENT not in card.can:
        raise UsageError(
            f"{card.id} cannot be tuned: its pictures are no function of a latent that gradients "
            "could flow through (zoo models --can latent lists the models that can)"
        )
    if rewards[reward].needs_labels and not card.labels:
        raise UsageError(f"the reward {reward} needs a model with labels; {card.id} has none")
    _check_file(rewards[reward], file)
    if len(card.weights) != 1:
        raise UsageError(
            f"{card.id} cannot be tuned: it has {len(card.weights)} weights files, expected one"
        )
    return card, rewards[reward]


def _check_file(reward: Reward, file: Path | None) -> None:
    if reward.file is None and file is not None:
        raise UsageError(f"the reward {reward.name} is built from no file; got {file}")
    if reward.file is not None and file is None:
        raise UsageError(
            f"the reward {reward.name} is built from a file ({reward.file}); give one with "
            "--reward-file"
        )
    if file is not None and not file.is_file():
        raise UsageError(f"no such file: {file}; the reward {reward.name} needs {reward.file}")


def tune(
    model: str,
    reward: str,
    out: Path,
    plan: Plan | None = None,
    *,
    reward_file: Path | None = None,
    options: Mapping[str, Any] | None = None,
    device: str | None = None,
    watch: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda _: None,
) -> Report:
    """Tune a model to score higher in a reward; the folder ``out`` gets the tuned one.

    ``reward_file`` is what the reward is built from, where it needs a file. ``options`` are the
    model's, checked, for all pictures that are made; what ``plan``, they and the reward are is
    written into the weights' metadata. Raises UsageError, and writes nothing, where ``out``
    holds something, or where model and reward do not go together; ZooError where tuning failed.
    """
    plan = plan or Plan()
    card, wanted = check(model, reward, reward_file)
    chosen = card.check_options(options or {})
    claim(out)
    where = choose_device(device)
    try:
        loaded = load_reward(wanted, where, reward_file)
        if loaded.facts:
            note(f"the reward {reward}: {_told(loaded.facts)}")
        for line in loaded.explained:
            note(f"  {line}")
        file = card.weights[0].read()
        tuned = Decoder(build_model(card, (file,), str(where)), chosen)
        original = Decoder(build_model(card, (file,), str(where)), chosen)
        network = tunable_network(tuned.model, file)
        tuning = Tuning(plan, tuned, original, network, loaded)
        judge = _label_judge(card, tuning, note)
        out.mkdir(parents=True, exist_ok=True)
        log = Log(out, writes=True)
        ended = tuning.run(log, watch=watch, stop=stop, note=note)
        return _write(tuning, file, out, log, ended, judge)
    except torch.OutOfMemoryError as error:
        raise UsageError(
            f"{plan.batch} pictures at once, with their gradients, do not fit into the memory of "
            f"{where}; give a smaller --batch, or cheaper options (--option steps=4)"
        ) from error


def _write(
    tuning: Tuning, file: VerifiedFile, out: Path, log: Log, ended: Ended, judge: LabelJudge | None
) -> Report:
    """Write the tuned weights and measure them as they were written; the sheet and the plot."""
    plan, parent, chosen = tuning.plan, tuning.tuned.model, tuning.tuned.options
    reward = tuning.reward.name
    facts = {
        "reward": reward,
        "reward_facts": tuning.reward.facts,
        "images": tuning.good_images,
        "penalty": plan.penalty,
        "learning_rate": plan.learning_rate,
        "batch": plan.batch,
        "seed": plan.seed,
        "options": dict(chosen),
        "versions": parent.versions,
    }
    path, table = export_tuned(parent, tuning.network, file, out, facts, tuning.reward.judges)
    written = load_card(find_card(f"local-dir:{out}"), device=str(parent.device))
    after = tuning.held.pictures(Decoder(written, chosen), plan.batch)
    shown = (tuning.pictures[::GROUP], after[::GROUP])
    save_before_after(*shown, out / SHEET, sheet_record(written, facts))
    save_plot(log.rows, out / PLOT, f"{parent.card.id}, tuned with the reward {reward}")
    found = _measure(tuning, judge, after)
    report = Report(
        parent.card.id, reward, path, out / SHEET, table["sha256"], tuning.good_images,
        tuning.seconds, ended, tuning.before, **found,
    )  # fmt: skip
    log.add({**tuning.row(), "report": _figures(report)})
    return report


def _label_judge(card: Card, tuning: Tuning, note: Callable[[str], None]) -> LabelJudge | None:
    """A judge that knows the card's labels; None, with a note, where there is none at hand."""
    if not card.labels:
        return None
    try:
        name = judge_that_knows(card.labels)
        return LabelJudge(name, card.labels, tuning.held.z.device)
    except ZooError as error:
        note(f"label accuracy will not be measured: {error}")
        return None


def _measure(tuning: Tuning, judge: LabelJudge | None, after: Tensor) -> dict[str, Any]:
    """The fields of a report that compare the pictures ``after`` with those before."""
    held, before, batch = tuning.held, tuning.pictures, tuning.plan.batch
    rewards = held.rewards(tuning.reward, after, tuning.names, batch)
    accuracy = None
    if judge is not None:
        accuracy = (held.accuracy(judge, before, batch), held.accuracy(judge, after, batch))
    score = score_of(rewards)
    return {
        "after": score,
        "moved": moved_levels(after, before),
        "variety": held.variety(after).share_of(held.variety(before)),
        "judge": None if judge is None else judge.name,
        "accuracy": accuracy,
        "reward_facts": tuning.reward.facts,
        "meaning": tuning.reward.meaning(tuning.before.mean, score.mean),
    }


def _told(facts: Mapping[str, str | float]) -> str:
    """Facts in one line."""
    return ", ".join(f"{k.replace('_', ' ')} {_short(v)}" for k, v in facts.items())


def _short(value: str | float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _figures(report: Report) -> dict[str, Any]:
    table = dataclasses.asdict(report)
    return {k: table[k] for k in ("ended", "before", "after", "moved", "variety", "accuracy")}
