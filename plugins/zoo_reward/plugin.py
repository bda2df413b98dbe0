"""What ``zoo_reward`` registers. Imports no torch."""

from __future__ import annotations

from zoo.hookspecs import hookimpl
from zoo.reward import Reward


@hookimpl
def zoo_rewards() -> list[Reward]:
    return [
        Reward(
            "label-confidence",
            "how sure a judge is of the asked label: its log-probability, 0 at most",
            "zoo_reward.confidence:build",
            needs_labels=True,
        ),
        Reward(
            "sharpness",
            "edges that are steep and run one way (noise does not count), in grey levels a pixel",
            "zoo_reward.sharpness:build",
        ),
        Reward(
            "colourfulness",
            "how far colours lie from grey and from each other; 0 is grey, 109 extremely colourful",
            "zoo_reward.colourfulness:build",
        ),
        Reward(
            "preference",
            "what people prefer, learnt from their comparisons on a judge's features",
            "zoo_reward.preference:build",
            file="preferences, as zoo rate export writes them",
        ),
    ]
