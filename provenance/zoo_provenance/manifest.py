"""The C2PA manifest of a generated picture, and its signing.

C2PA Technical Specification 2.4: claim (section 10), actions (18.15), AI disclosure.
"""

from __future__ import annotations

import io
import json
import platform
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from . import softbinding
from .errors import ProvenanceError, SealError, TimeStampError
from .identity import Signer
from .record import RECORD_LABEL, Record
from .signing.algorithms import cose_signature
from .signing.profile import leaf_problems
from .softbinding import SoftBinding
from .source import SourceType
from .terms import assertions
from .text import clean

_PARENT = "parent"
SPEC_VERSION = "2.4.0"


@cache
def zoo_version() -> str:
    """The installed version of Zoo."""
    try:
        return version("zoo-generators")
    except PackageNotFoundError:
        return "0+unknown"


def now() -> str:
    """The time, RFC 3339 in UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def definition(
    record: Record,
    source: SourceType,
    *,
    id: str,
    title: str,
    mime: str,
    when: str,
    mark: SoftBinding | None,
    opened: bool = False,
) -> dict[str, Any]:
    """The manifest definition handed to the C2PA library. ``mark``: the watermark of the pixels.
    ``opened``: the picture was there before, and is signed with a :class:`Parent`.

    The record lies in an assertion of our own as JSON text: the library's JSON view corrupts
    arrays of numbers, and its integers stop at 2^63 - 1.
    """
    zoo = {"name": "Zoo", "version": zoo_version()}
    made_by = {"name": record.model, "version": _agent_version(record)}
    action: dict[str, Any] = {
        "action": "c2pa.opened" if opened else "c2pa.created",
        "when": when,
        "softwareAgent": zoo if opened else made_by,
        "digitalSourceType": str(source),
    }
    if opened:
        action["parameters"] = {"ingredientIds": [_PARENT]}
    actions = [action]
    if opened and record.seed is not None:  # a model of ours changed it, a sealed file is as it was
        edited = {"action": "c2pa.edited", "when": when, "softwareAgent": made_by}
        actions.append({**edited, "digitalSourceType": str(source)})
    if mark is not None:
        actions.append({"action": softbinding.ACTION, "when": when, "softwareAgent": zoo})
    return {
        "claim_generator_info": [
            {
                "name": "Zoo",
                "version": zoo_version(),
                "operating_system": platform.system(),
                "specVersion": SPEC_VERSION,
            }
        ],
        "title": title,
        "format": mime,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "created": True,
                "data": {"actions": actions, "allActionsIncluded": not opened},
            },
            *([_disclosure(record)] if source.says_ai else []),
            {
                "label": RECORD_LABEL,
                "created": True,
                "data": {"id": id, "json": record.to_json()},
            },
            *([softbinding.assertion(mark)] if mark is not None else []),
            *assertions(record.usage_terms, no_training=record.no_training),
        ],
    }


def _disclosure(record: Record) -> dict[str, Any]:
    disclosure = {
        "modelType": "c2pa.types.model" + (".pytorch" if "torch" in record.versions else ""),
        "modelName": record.model,
    }
    if record.weights:
        disclosure["modelIdentifier"] = "sha256:" + record.weights[0]
    return {"label": "c2pa.ai-disclosure", "created": True, "data": disclosure}


def _agent_version(record: Record) -> str:
    return record.versions.get(record.model) or record.versions.get("zoo") or "unknown"


@cache
def _signing_context() -> Any:
    # The hosts concern manifests and revocation, never a signer's time-stamp authority.
    settings = {
        "version": 1,
        "builder": {"thumbnail": {"enabled": False}},
        "core": {"allowed_network_hosts": []},
        "verify": {
            "verify_after_sign": False,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
    }
    return c2pa.Context.from_dict(settings)


def _without_root(chain: list[x509.Certificate]) -> str:
    """The chain without its self-signed end: who trusts it has it, to others it says nothing.

    Files shrink, and reading gets quicker.
    """
    kept = [c for c in chain if c is chain[0] or c.issuer != c.subject]
    return "".join(c.public_bytes(Encoding.PEM).decode() for c in kept)


@dataclass(frozen=True)
class Parent:
    """The file that a picture was opened from: it becomes an ingredient, its manifest included."""

    data: bytes
    mime: str
    title: str


class ManifestSigner:
    """Signs manifests with one signer; the library's signer is made once and reused.

    ``timestamp``: the address of the authority that stamps each signature (RFC 3161), or None for
    no time-stamps. Several threads may sign at once.
    """

    def __init__(self, signer: Signer, timestamp: str | None = None) -> None:
        self._who = signer
        self.timestamp = timestamp
        self._asked = threading.local()
        self._chain = x509.load_pem_x509_certificates(signer.chain_pem.encode())
        try:
            algorithm = c2pa.C2paSigningAlg[signer.algorithm.upper()]
            self._signer = c2pa.Signer.from_callback(
                self._sign, algorithm, _without_root(self._chain), timestamp
            )
        except (KeyError, c2pa.C2paError) as error:
            raise SealError(
                f"the C2PA library cannot sign by {signer.algorithm!r} with these certificates: "
                f"{error}"
            ) from error

    def sign(
        self, data: bytes, mime: str, manifest: dict[str, Any], parent: Parent | None = None
    ) -> tuple[bytes, bytes]:
        """Embed the manifest in an encoded file; returns (file bytes, manifest store bytes).

        Raises SealError, and what the signer raises on purpose, such as IdentityError.
        """
        out = io.BytesIO()
        self._asked.failed, self._asked.signed = None, False
        try:
            with c2pa.Builder(json.dumps(manifest), context=_signing_context()) as builder:
                if parent is not None:
                    about = {"title": parent.title, "relationship": "parentOf", "label": _PARENT}
                    file = io.BytesIO(parent.data)
                    builder.add_ingredient(json.dumps(about), parent.mime, file)
                store = builder.sign(self._signer, mime, io.BytesIO(data), out)
        except c2pa.C2paError as error:
            raise self._explained(error) from error
        return out.getvalue(), bytes(store)

    def _sign(self, data: bytes) -> bytes:
        """Called by the library, which would only log what is raised here."""
        try:
            signature = cose_signature(self._who, data)
        except ProvenanceError as error:
            self._asked.failed = error
            return b""
        self._asked.signed = True
        return signature

    def _explained(self, error: Exception) -> ProvenanceError:
        failed: ProvenanceError | None = self._asked.failed
        if failed is not None:
            return failed
        if self.timestamp is not None and self._asked.signed:
            why = str(error).removeprefix("Signature: internal error (").removesuffix(")")
            return TimeStampError(self.timestamp, clean(why, 400))
        wrong = "".join(f"\n  - {problem}" for problem in leaf_problems(self._chain[0]))
        return SealError(f"the C2PA library refused to sign: {error}{wrong}")
