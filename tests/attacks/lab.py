"""What attacks are made of: signers, an installation with a ledger, and pictures, made once."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from authorities import TIME_STAMPING, Authority
from cryptography import x509
from numpy.typing import NDArray
from PIL import Image
from resigning import days_ago
from signatory import Signatory
from timestamps import TimeStampServer

from zoo_provenance.identity import ensure_identity
from zoo_provenance.ledger.sql import open_ledger
from zoo_provenance.record import Record
from zoo_provenance.sealing import seal
from zoo_provenance.source import IPTC, SourceType
from zoo_provenance.trust import Trust
from zoo_provenance.trust.anchors import anchor_of

if TYPE_CHECKING:
    from attack import Case

AI = SourceType.TRAINED_ALGORITHMIC_MEDIA
OPENED = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["ingredient0"]}}
PLACED = {"action": "c2pa.placed", "parameters": {"ingredientIds": ["ingredient0"]}}


def created(term: str) -> dict[str, Any]:
    return {"action": "c2pa.created", "digitalSourceType": term if ":" in term else IPTC + term}


MADE = created("trainedAlgorithmicMedia")
TAKEN = created("digitalCapture")


def drawn(seed: int, side: int = 256) -> NDArray[np.uint8]:
    """Something like a photograph: smooth shapes and noise, (side, side, 3)."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))
    return (smooth + rng.normal(0, 3, smooth.shape)).clip(0, 255).astype(np.uint8)


def encoded(pixels: NDArray[np.uint8] | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(out, kind, **options)
    return out.getvalue()


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


class Lab:
    """An installation that trusts itself, the agency, the maker and the clock; and strangers.

    ``patch`` and ``home`` are the running test's.
    """

    patch: pytest.MonkeyPatch
    home: Path

    def __init__(self, folder: Path) -> None:
        self.agency, self.stranger = Signatory("News Agency"), Signatory("OpenAI")
        self.root = Authority("Camera Maker Root", starts=days_ago(2000))
        self.maker = Authority("Camera Maker", under=self.root, starts=days_ago(2000))
        self.clock = clock_named("Clock")
        own = ensure_identity(folder)
        assert own.root is not None
        signers = (anchor_of(own.root, "own"), self.agency.anchor)
        stampers = (anchor_of(self.clock.root.certificate, "added"),)
        self.trust = Trust((*signers, anchor_of(self.root.certificate, "added")), stampers)
        self.ledger = open_ledger(folder, identity=own, create=True)
        self.unmarked = drawn(1)
        out = io.BytesIO()
        record = Record("toy.x", "toy", seed=4)
        seal(self.unmarked, record, source=AI, out=out, format="png", identity=own,
             ledger=self.ledger)  # fmt: skip
        self.sealed = out.getvalue()
        """A picture by AI, as this installation issued it."""
        self.photo = encoded(drawn(2))
        """Nothing is known of it."""

    @cached_property
    def captured(self) -> bytes:
        """The photo, signed by the agency as taken by a camera."""
        return self.agency.sign(self.photo, TAKEN)

    @cached_property
    def made(self) -> bytes:
        """Another picture, signed by the agency as made by AI."""
        return self.agency.sign(encoded(drawn(3)), MADE)

    def edited(self, *parents: bytes) -> bytes:
        """What the agency signs as an edit of files."""
        return self.agency.sign(parents[0], OPENED, parents=parents)

    def redacted(self, parent: bytes, label: str) -> bytes:
        """What the agency signs as an edit in which an assertion of the original is redacted."""
        from resigning import Opened

        address = f"self#jumbf=/c2pa/{Opened(parent).manifests[-1].label}/c2pa.assertions/{label}"
        parameters = {"redacted": address}
        redacted = {"action": "c2pa.redacted", "parameters": parameters, "reason": "c2pa.PII"}
        return self.agency.sign(parent, OPENED, redacted, parents=[parent], redactions=[address])

    def case(self, data: bytes, **more: Any) -> Case:
        """The file at this installation."""
        from attack import Case

        return Case(data, **({"trust": self.trust, "ledger": self.ledger} | more))

    def elsewhere(self, data: bytes, **more: Any) -> Case:
        """The file at an installation that trusts the same and has no ledger."""
        return self.case(data, ledger=None, **more)

    def install(self, module: str, source: str) -> None:
        """A stranger's package of one module, a plugin of that name, until the test ends."""
        from zoo.plugins import plugin_manager

        site = self.home.parent / "site"
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[zoo]\n{module} = {module}\n")
        (site / f"{module}.py").write_text(source)
        self.patch.delitem(sys.modules, module, raising=False)
        self.patch.syspath_prepend(str(site))
        plugin_manager.cache_clear()


def clock_named(name: str) -> TimeStampServer:
    """A time-stamp authority that existed years ago, asked in person: it never serves."""
    clock = TimeStampServer(name)
    clock.root = Authority(f"{name} Root", starts=days_ago(2000))
    purpose = x509.ExtendedKeyUsage([x509.ObjectIdentifier(TIME_STAMPING)])
    clock.signer = clock.root.issue(name, starts=days_ago(1900), extKeyUsage=(purpose, True))
    return clock


def claim_in_metadata(png: bytes, **fields: Mapping[str, str] | str) -> bytes:
    """A PNG saved anew with text fields, and nothing else."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for key, value in fields.items():
        info.add_itxt(key, str(value))
    return encoded(pixels_of(png), pnginfo=info)
