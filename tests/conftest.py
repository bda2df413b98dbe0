"""Fixtures of every test: a home of its own, no network, and the command as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from zoo.testing.fixtures import ZooWith, zoo_home, zoo_with

__all__ = ["zoo_home", "zoo_with"]  # pytest has them by Zoo's entry point, too

Run = Callable[..., "subprocess.CompletedProcess[str]"]

if "PYTEST_XDIST_WORKER" in os.environ:
    # Read when torch is imported, by the processes that tests start, too. One for each worker:
    # threads of several that wait for each other on the same cores take ten times as long.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _alone(zoo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a home of its own, and no network."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A token of SoftHSM's with keys in it (``support/tokens.py``)."""
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    from tokens import SoftHsm, find_module

    module = find_module()
    if module is None:
        pytest.skip("SoftHSM is not installed (Debian: apt-get install softhsm2)")
    return SoftHsm(tmp_path_factory.mktemp("softhsm"), module)


@pytest.fixture
def run_zoo(tmp_path: Path) -> Run:
    """``run_zoo("models", "--json")`` runs the command in a process of its own."""

    def run(
        *args: str | os.PathLike[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 300,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "zoo_cli", *map(os.fspath, args)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            cwd=cwd or tmp_path,
            env={**os.environ, **(env or {})},
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def tiny(zoo_with: ZooWith, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stranger's package (``strangers/zoo_tiny.py``) is installed for this process and those that
    it starts: a model and a trainer that are called ``tiny``. One thread."""
    import torch
    import zoo_tiny

    zoo_with(zoo_tiny)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tinted(tiny: None, zoo_with: ZooWith) -> None:
    """Beside ``tiny``, a stranger's rewards (``strangers/zoo_tinted.py``)."""
    import zoo_tinted

    zoo_with(zoo_tinted)


@pytest.fixture
def worded(tiny: None, zoo_with: ZooWith) -> None:
    """Beside ``tiny``, a stranger's model that takes words, and a scheme
    (``strangers/zoo_worded.py``)."""
    import zoo_worded

    zoo_with(zoo_worded)


@pytest.fixture
def tiny_model(tiny: None, tmp_path: Path) -> Path:
    """An exported ``tiny`` of 16 x 16 pixels, its weights drawn from a seed, for Red and Blue."""
    import json

    import torch
    from zoo_tiny_networks import Generator

    from zoo.training.export import write_weights

    torch.manual_seed(1)
    shape = {"labels": 2, "size": 16, "width": 8}
    network = Generator(**shape)
    torch.nn.init.normal_(network.conv.weight, std=0.3)
    folder = tmp_path / "model"
    about = {"id": "tiny", "trained_on": "Discs (CC0-1.0)", "labels": ["Red", "Blue"], "side": 16}
    write_weights(network, folder / "tiny.safetensors", {"network": json.dumps(shape)}, about)
    return folder


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    """A packed data set: 48 red and blue discs to train on and 16 to test, 16 x 16 pixels."""
    import numpy as np

    from zoo.data.card import write_card
    from zoo.data.writing import write_split

    folder = tmp_path / "discs"
    folder.mkdir()
    counts = {"train": 48, "test": 16}
    y, x = np.mgrid[:16, :16] - 7.5
    chance = np.random.default_rng(0)
    for split, count in counts.items():
        labels = np.arange(count) % 2
        inside = x**2 + y**2 < chance.uniform(3, 7, (count, 1, 1)) ** 2
        colour = np.array([(200, 20, 20), (20, 20, 200)])[labels][:, :, None, None]
        grain = chance.integers(0, 20, (count, 3, 16, 16))
        pixels = np.where(inside[:, None], colour + grain, 255 - grain).astype(np.uint8)
        write_split(folder, split, [pixels], labels, [{}] * count, 16)
    card = {"schema": 1, "name": "Discs", "size": 16, "labels": ["Red", "Blue"], "counts": counts,
            "licences": {"CC0-1.0": 64}}  # fmt: skip
    write_card(folder, card)
    return folder


@pytest.fixture
def colour_judge(tinted: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge ``tinted`` of blue, RED and green; its weights are drawn from a seed."""
    import json

    import torch

    from zoo.plugins import plugin_manager
    from zoo.training.export import write_weights
    from zoo_judge.network import classifier

    torch.manual_seed(2)
    shape = {"labels": 3, "architecture": "resnet10t", "channels": [8, 8, 8, 8]}
    network = classifier(**shape)
    torch.nn.init.normal_(network.fc.weight)
    folder = tmp_path / "judge"
    about = {"labels": ["blue", "RED", "green"]}
    write_weights(network, folder / "judge.safetensors", {"network": json.dumps(shape)}, about)
    monkeypatch.setenv("ZOO_TINTED_JUDGE", str(folder))
    plugin_manager.cache_clear()
