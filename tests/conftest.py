"""Fixtures of every test: a home of its own, no network, and the command as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

if "PYTEST_XDIST_WORKER" in os.environ:
    # Read when torch is imported, by the processes that tests start, too. One for each worker:
    # threads of several that wait for each other on the same cores take ten times as long.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def zoo_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ZOO_HOME; variables that would change Zoo's behaviour are gone."""
    home = tmp_path_factory.mktemp("home") / "zoo"
    monkeypatch.setenv("ZOO_HOME", str(home))
    for name in ("ZOO_LEDGER", "ZOO_LOCK", "ZOO_PLUGINS", "ZOO_STRICT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


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
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stranger's package (``strangers/zoo_tiny.py``) is installed, as pip would, for this process
    and those that it starts: a model and a trainer that are called ``tiny``. One thread."""
    import torch

    from zoo.plugins import plugin_manager

    info = tmp_path / "site" / "zoo_tiny-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zoo-tiny\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zoo]\ntiny = zoo_tiny\n")
    folders = [str(info.parent), str(Path(__file__).parent / "strangers")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
    for folder in folders:
        monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    plugin_manager.cache_clear()
    yield
    plugin_manager.cache_clear()
    torch.set_num_threads(threads)


@pytest.fixture
def tinted(tiny: None, tmp_path: Path) -> None:
    """Beside ``tiny``, a stranger's rewards (``strangers/zoo_tinted.py``)."""
    from zoo.plugins import plugin_manager

    info = tmp_path / "site" / "zoo_tinted-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zoo-tinted\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zoo]\ntinted = zoo_tinted\n")
    plugin_manager.cache_clear()


@pytest.fixture
def worded(tiny: None, tmp_path: Path) -> None:
    """Beside ``tiny``, a stranger's model that takes words, and a scheme
    (``strangers/zoo_worded.py``)."""
    from zoo.plugins import plugin_manager

    info = tmp_path / "site" / "zoo_worded-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zoo-worded\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zoo]\nworded = zoo_worded\n")
    plugin_manager.cache_clear()


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
