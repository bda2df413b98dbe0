"""What a new plugin can bring."""

from __future__ import annotations

from enum import StrEnum


class PluginKind(StrEnum):
    """Each has a folder of templates."""

    GENERATOR = "generator"
    METRIC = "metric"
    EXAMINER = "examiner"
    REWARD = "reward"
    COMMAND = "command"


HOOKS = {
    PluginKind.GENERATOR: "zoo_models",
    PluginKind.METRIC: "zoo_measures",
    PluginKind.EXAMINER: "zoo_examiners",
    PluginKind.REWARD: "zoo_rewards",
    PluginKind.COMMAND: "zoo_commands",
}
"""The hook that brings each."""

SUMMARIES = {
    PluginKind.GENERATOR: "Soft coloured clouds",
    PluginKind.METRIC: "Angle between mean features",
    PluginKind.EXAMINER: "Programs named in EXIF data",
    PluginKind.REWARD: "Redder than blue",
    PluginKind.COMMAND: "Say the mean colour of pictures",
}
"""What each template does, in one line, until its author says something else."""
