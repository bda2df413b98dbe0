"""A model's own options, as flags of ``zoo generate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoo.card import Card


def model_options(card: Card, words: list[str]) -> dict[str, Any]:
    """``--truncation 0.7``, ``--truncation=0.7``, ``--flip`` or ``--no-flip``, checked by the card.

    Raises UsageError where a word is no flag, UnknownNameError where the card has no such option.
    """
    from zoo.errors import UsageError

    kinds = {option.name: option.type for option in card.options}
    given: dict[str, Any] = {}
    switch = ""  # the flag before, where it takes no value
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=")
        if not flag.startswith("--"):
            why = f"{switch} takes no value" if switch else "flags begin with --"
            raise UsageError(f"did not expect {word!r}; {why}")
        key = flag[2:].replace("-", "_")
        opposite = key.removeprefix("no_")
        switch = ""
        if key not in kinds and kinds.get(opposite) == "bool":
            if equals:
                raise UsageError(f"did not expect {word!r}; {flag} takes no value")
            key, value, switch = opposite, "false", flag
        elif key not in kinds:
            return card.check_options({key: value})  # which says what options there are
        elif kinds[key] == "bool" and not equals:
            value, switch = "true", f"{flag} (or --no-{flag[2:]})"
        elif not equals:
            value = next(rest, "")
        given[key] = value
    return card.check_options(given)
