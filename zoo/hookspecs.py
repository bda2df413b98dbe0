"""The hooks that a plugin may implement; ``docs/plugins`` shows each in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from zoo_provenance.evidence import Examiner

    from .card import Card
    from .command import Command
    from .judge import Judge
    from .measure import Measure
    from .reward import Reward
    from .scheme import Scheme
    from .training.trainer import Trainer

hookspec = pluggy.HookspecMarker("zoo")
hookimpl = pluggy.HookimplMarker("zoo")


@hookspec
def zoo_models() -> list[Card]:
    """The cards of the models that this plugin brings.

    Called when Zoo lists or looks for a model. Import no torch here: a card names its factory as
    text. An id that another plugin has already registered is refused.
    """


@hookspec
def zoo_examiners() -> list[Examiner]:
    """Examiners, each a further source of evidence for ``zoo verify``.

    Theirs is a ``claim`` or a ``statistic``; evidence of another kind is refused.
    """


@hookspec
def zoo_trainers() -> list[Trainer]:
    """Trainers, each naming a network that ``zoo train`` can train and its default recipe."""


@hookspec
def zoo_judges() -> list[Judge]:
    """Judges, each a network that says which label a picture shows and gives its features.

    Evaluation measures with them, rewards follow them. Import no torch here.
    """


@hookspec
def zoo_rewards() -> list[Reward]:
    """Rewards, each a differentiable score of pictures that ``zoo tune`` can raise.

    Import no torch here: a reward names its factory as text.
    """


@hookspec
def zoo_measures() -> list[Measure]:
    """Measures, each a number that ``zoo evaluate`` can give of a set of pictures.

    Import no torch here: a measure names its factory as text.
    """


@hookspec
def zoo_schemes() -> list[Scheme]:
    """Schemes, each a prefix of models that are not registered but found by the rest of their name.

    Import no torch here: a scheme names its factory as text.
    """


@hookspec
def zoo_commands() -> list[Command]:
    """Commands, each a further ``zoo NAME``.

    Called when Zoo prints its help and where it knows no command of a given name. Import nothing
    slow here: a command names its ``typer.Typer`` as text.
    """
