"""What the README shows in Python runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import zoo

README = Path(__file__).parents[2] / "README.md"


def block(word: str) -> str:
    found = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    [code] = [code for code in found if word in code]
    return code


def test_five_lines_seal_a_picture_of_any_pipeline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = block("from zoo_provenance import")
    assert len([line for line in code.splitlines() if line]) <= 5
    coarse = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    drawn = Image.fromarray(coarse).resize((128, 128))
    monkeypatch.chdir(tmp_path)
    exec(
        compile(code, str(README), "exec"), {"pipeline": lambda _: SimpleNamespace(images=[drawn])}
    )
    answer = zoo.verify("pear.png")
    assert (answer.verdict.verdict, answer.verdict.origin) == ("issued-here", "ai")
    [manifest] = [e for e in answer.evidence if e.examiner == "c2pa"]
    assert manifest.details["record"]["options"]["prompt"] == "a pear"
