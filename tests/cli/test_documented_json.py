"""Every key that a command prints as JSON is named in docs/json.md, under the command's heading."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from documented import keys, section


@pytest.fixture
def picture(call_zoo, tiny_model: Path, tmp_path: Path) -> Path:
    done = call_zoo("generate", "-m", tiny_model, "-n", "1", "--out", tmp_path / "o", "--json")
    (image,) = json.loads(done.stdout)["images"]
    assert image.keys() <= set(re.findall(r'"(\w+)"', section("zoo generate --json")))
    return Path(image["path"])


@pytest.mark.parametrize(
    ("heading", "command"),
    [
        ("zoo plugins --json", ("plugins",)),
        ("zoo models --json", ("models",)),
        ("zoo models --json", ("models", "--all")),
        ("zoo keys show --json", ("keys", "show")),
        ("zoo keys show --json", ("trust", "list")),
        ("zoo ledger … --json", ("ledger", "list")),
        ("zoo ledger … --json", ("ledger", "check")),
        ("zoo verify --json", ("verify", "PICTURE")),
        ("zoo ledger … --json", ("ledger", "show", "PICTURE")),
        ("zoo replay --json", ("replay", "PICTURE", "--model", "MODEL")),
        ("zoo evaluate --json", ("evaluate", "MODEL", "-n", "24")),
        (
            "zoo evaluate --json",
            ("evaluate", "MODEL", "-n", "3", "--features", "fruits360", "--features", "eurosat"),
        ),
        ("zoo evaluate --json", ("evaluate", "--list")),
        ("zoo evaluate --json", ("compare", "MODEL", "stylegan-lite", "-n", "4")),
        (
            "zoo seal --json",
            ("seal", "PICTURE", "--source", "trainedAlgorithmicMedia", "--out", "OUT"),
        ),
    ],
)
def test_every_key_is_documented(
    call_zoo, picture: Path, tiny_model: Path, heading: str, command: tuple[str, ...]
) -> None:
    given = {
        "PICTURE": picture,
        "MODEL": tiny_model,
        "OUT": picture.parent / "sealed",
    }
    done = call_zoo(*(given.get(word, word) for word in command), "--json")
    assert done.returncode == 0, done.stderr
    documented = set(re.findall(r"\w+", section(heading)))
    printed = set(keys(json.loads(done.stdout)))
    assert "schema" in printed
    assert printed <= documented, f"not in docs/json.md: {printed - documented}"


def test_the_version_is_that_of_the_package(call_zoo) -> None:
    done = call_zoo("--version")
    assert done.returncode == 0
    assert done.stdout.strip() == f"zoo {version('zoo-generators')}"
