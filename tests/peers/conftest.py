"""A second implementation of C2PA, which shares no code with the library that Zoo uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lab import Lab

from zoo_provenance.trust import Trust

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def ask_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """``ask_peer(data, trust)``: encypher-c2pa's report. Nothing is fetched or sent, and its
    preferences are read from an empty folder."""
    monkeypatch.setenv("ENCYPHER_C2PA_TELEMETRY", "off")
    monkeypatch.setenv("ENCYPHER_C2PA_ONLINE", "off")
    monkeypatch.setenv("ENCYPHER_C2PA_CONFIG_DIR", str(tmp_path / "encypher"))
    reason = "encypher-c2pa is not installed (pip install 'zoo-generators[test]')"
    peer = pytest.importorskip("encypher_c2pa", reason=reason)

    def ask(data: bytes, trust: Trust, mime: str = "image/png") -> dict[str, Any]:
        report: dict[str, Any] = peer.verify(
            data,
            mime,
            trust_pem=trust.signers_pem or None,
            tsa_trust_pem=trust.timestampers_pem or None,
            no_default_trust=True,
            online=False,
        )
        assert report["network"]["requests"] == []
        return report

    return ask
