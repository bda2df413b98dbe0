"""Every key that a command prints as JSON is named in docs/json.md, under the command's heading."""

from __future__ import annotations

import json
import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from documented import keys, paths, section

SHAPES = Path(__file__).with_name("json_shapes.txt")
"""What each command printed; ZOO_RENEW_SHAPES=1 pytest -n0 tests/cli/test_documented_json.py renews
it."""


@pytest.fixture
def picture(call_zoo, tiny_model: Path, tmp_path: Path) -> Path:
    done = call_zoo("generate", "-m", tiny_model, "-n", "1", "--out", tmp_path / "o", "--json")
    table = json.loads(done.stdout)
    assert set(keys(table)) <= set(re.findall(r'"(\w+)"', section("zoo generate --json")))
    hold_to_shape("generate", set(paths(table)))
    (image,) = table["images"]
    return Path(image["path"])


@pytest.mark.parametrize(
    ("heading", "command"),
    [
        ("zoo plugins --json", ("plugins",)),
        ("zoo plugins --json", ("plugins", "list")),
        ("zoo plugins check --json", ("plugins", "check", "measure")),
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
    hold_to_shape(" ".join(command), set(paths(json.loads(done.stdout))))


def hold_to_shape(command: str, printed: set[str]) -> None:
    """A key that was promised is still there, and a new one is written down."""
    shapes = dict(
        re.findall(r"^\$ zoo (.*) --json\n((?:  .*\n)*)", SHAPES.read_text("utf-8"), re.M)
    )
    if os.environ.get("ZOO_RENEW_SHAPES"):
        shapes[command] = "".join(f"  {path}\n" for path in sorted(printed))
        parts = [f"$ zoo {name} --json\n{lines}" for name, lines in sorted(shapes.items())]
        SHAPES.write_text("\n".join(parts), "utf-8", newline="\n")
    promised = set(shapes.get(command, "").split())
    assert printed == promised, (
        f"gone: {sorted(promised - printed)}, new: {sorted(printed - promised)}. Where keys go or "
        "mean something else, schema grows (docs/plugins/stability.md). If you mean it: "
        "ZOO_RENEW_SHAPES=1 pytest -n0 tests/cli/test_documented_json.py"
    )


def test_the_version_is_that_of_the_package(call_zoo) -> None:
    done = call_zoo("--version")
    assert done.returncode == 0
    assert done.stdout.strip() == f"zoo {version('zoo-generators')}"
