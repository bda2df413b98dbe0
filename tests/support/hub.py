"""The Hub's official client, set up for a Hub on this machine (``hub_server.py``) or for none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_server import HubServer


def use(monkeypatch: pytest.MonkeyPatch, cache: Path, hub: HubServer | None) -> None:
    """The official client asks this Hub, or none (``HF_HUB_OFFLINE``), and keeps files in
    ``cache``; it has read its variables when it was imported."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", hub is None)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    if hub is not None:
        monkeypatch.setattr(constants, "ENDPOINT", hub.address)
        template = hub.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
