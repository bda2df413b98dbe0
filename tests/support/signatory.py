"""Signers of test pictures: certificates and manifests of anybody's, not only Zoo's own."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID, ObjectIdentifier

from zoo_provenance.trust import Anchor, Trust

SETTINGS = {
    "version": 1,
    "builder": {"thumbnail": {"enabled": False}},
    "core": {"allowed_network_hosts": []},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
}


def _certificate(
    name: str, key: Any, issuer: Any, issuer_name: str, ends: dt.datetime, *, authority: bool
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        pairs = ((NameOID.ORGANIZATION_NAME, f"{text} Ltd"), (NameOID.COMMON_NAME, text))
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])

    usage = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
    usage += ["key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    wanted = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature"}
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(x509.KeyUsage(**{u: u in wanted for u in usage}), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
        )
    )
    if not authority:
        oids = [ObjectIdentifier("1.3.6.1.4.1.62558.2.1"), ObjectIdentifier("1.3.6.1.5.5.7.3.4")]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    return builder.sign(issuer, hashes.SHA256())


class Signatory:
    """A certificate authority of its own with one signer, who signs whatever manifest is asked."""

    def __init__(self, name: str, life: dt.timedelta = dt.timedelta(days=30)) -> None:
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        far = dt.datetime.now(dt.UTC) + dt.timedelta(days=60)
        self.ends = dt.datetime.now(dt.UTC) + life
        root = _certificate(f"{name} Root", root_key, root_key, f"{name} Root", far, authority=True)
        leaf = _certificate(name, key, root_key, f"{name} Root", self.ends, authority=False)
        pem = [c.public_bytes(serialization.Encoding.PEM).decode() for c in (leaf, root)]
        self.certificate_sha256 = leaf.fingerprint(hashes.SHA256()).hex()
        self.anchor = Anchor("0" * 64, name, name, "2099-01-01T00:00:00Z", pem[1], "added")

        def sign_bytes(data: bytes) -> bytes:
            r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")

        self.sign_bytes = sign_bytes
        algorithm = c2pa.C2paSigningAlg.ES256
        self._signer = c2pa.Signer.from_callback(sign_bytes, algorithm, pem[0] + pem[1], None)

    @property
    def trust(self) -> Trust:
        return Trust(signers=(self.anchor,))

    def sign(self, data: bytes, *actions: Mapping[str, Any], **more: Any) -> bytes:
        """The file that :meth:`sign_both` gives."""
        return self.sign_both(data, *actions, **more)[0]

    def sign_both(
        self,
        data: bytes,
        *actions: Mapping[str, Any],
        mime: str = "image/png",
        parents: Sequence[bytes] = (),
        relationship: str = "parentOf",
        assertions: Sequence[Mapping[str, Any]] = (),
        remote: str | None = None,
        embed: bool = False,
        title: str = "parent",
        generator: str = "Test\x1b[31mTool",
        believing: Trust | None = None,
        redactions: Sequence[str] = (),
        old: bool = False,
    ) -> tuple[bytes, bytes]:
        """The file with a manifest of these actions, and the manifest; ``parents`` are files it was
        made from. ``remote``: the file only points at it there, or, with ``embed``, does both.
        ``redactions``: addresses of the parents' assertions that are to be taken out. ``old``: the
        claim is one of the first version.

        ``believing``: what is recorded of the parents is what one with this trust sees.
        """
        actions_assertion = {"actions": list(actions)}
        kind = "c2pa.actions" if old else "c2pa.actions.v2"
        manifest = {
            "claim_version": 1 if old else 2,
            "claim_generator_info": [{"name": generator, "version": "1"}],
            "assertions": [
                {"label": kind, "created": True, "data": actions_assertion},
                *assertions,
            ],
            **({"redactions": list(redactions)} if redactions else {}),
        }
        out = io.BytesIO()
        own = {"trust": {"trust_anchors": believing.signers_pem}} if believing else {}
        context = c2pa.Context.from_dict(SETTINGS | own)
        with c2pa.Builder(manifest, context=context) as builder:
            for number, parent in enumerate(parents):
                ingredient = {"title": f"{title} {number}", "relationship": relationship}
                ingredient["label"] = f"ingredient{number}"
                builder.add_ingredient(ingredient, mime, io.BytesIO(parent))
            if remote:
                builder.set_remote_url(remote)
            if remote and not embed:
                builder.set_no_embed()
            manifest = builder.sign(self._signer, mime, io.BytesIO(data), out)
        return out.getvalue(), manifest
