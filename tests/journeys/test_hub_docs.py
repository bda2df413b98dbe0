"""What docs/hub.md shows in Python turns a ``.pt`` into a model that Zoo runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

import zoo

PAGE = Path(__file__).parents[2] / "docs" / "hub.md"


def test_a_pickle_is_converted_by_whoever_trusts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zoo_gan.network import Generator

    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert "weights_only=True" in code
    assert len([line for line in code.splitlines() if line and "import " not in line]) == 5
    torch.manual_seed(0)
    network = Generator(labels=2, z_dim=16, w_dim=16, channels=[16, 16, 8, 8])
    monkeypatch.chdir(tmp_path)
    torch.save(network.state_dict(), "model.pt")
    exec(compile(code, str(PAGE), "exec"), {})
    model = zoo.load("./mine", device="cpu")
    assert model.card.labels == ("red", "blue")
    assert next(model.generate(1, seed=7)).pixels.shape == (256, 256, 3)
