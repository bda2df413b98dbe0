"""A signature that carries its certificate's status: the library heeds it, and asks nobody."""

from __future__ import annotations

import datetime as dt
import io

import c2pa
import cbor2
import pytest
from authorities import Authority, Issued, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509 import ocsp
from forging import Box
from signatory import SETTINGS

from zoo_provenance.credentials import read_store
from zoo_provenance.source import IPTC
from zoo_provenance.trust import Anchor, Trust

CAPTURE = {"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


def signed(png: bytes, signer: Issued) -> tuple[bytes, bytes]:
    """The picture, and a manifest that is not in it."""

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(signer.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    algorithm = c2pa.C2paSigningAlg.ES256
    with c2pa.Signer.from_callback(sign, algorithm, signer.chain_pem, None) as signing:
        said = {"label": "c2pa.actions.v2", "created": True, "data": {"actions": [CAPTURE]}}
        manifest = {"claim_generator_info": [{"name": "Tool"}], "assertions": [said]}
        out = io.BytesIO()
        with c2pa.Builder(manifest, context=c2pa.Context.from_dict(SETTINGS)) as builder:
            builder.set_no_embed()
            store = builder.sign(signing, "image/png", io.BytesIO(png), out)
    return out.getvalue(), store


def stapled(store: bytes, answer: bytes) -> bytes:
    """The store with an OCSP response beside the signature (C2PA, header ``rVals``)."""
    [box] = Box(b"jumb", store).boxes
    signature = box.boxes[-1]["c2pa.signature"]
    tag = signature.load()
    protected, unprotected, payload, made = tag.value
    unprotected = {**unprotected, "rVals": {"ocspVals": [answer]}}
    signature.store(cbor2.CBORTag(tag.tag, [protected, unprotected, payload, made]))
    return bytes(box)


def response(status: ocsp.OCSPCertStatus, of: Issued, root: Authority, by: Issued) -> bytes:
    now = dt.datetime.now(dt.UTC)
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=of.certificate,
        issuer=root.certificate,
        algorithm=hashes.SHA1(),
        cert_status=status,
        this_update=now - dt.timedelta(hours=1),
        next_update=now + dt.timedelta(days=1),
        revocation_time=now - dt.timedelta(days=2) if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    made = builder.certificates([by.certificate]).sign(by.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("status", "state", "failures"),
    [
        (ocsp.OCSPCertStatus.GOOD, "Trusted", ()),
        (ocsp.OCSPCertStatus.REVOKED, "Invalid", ("signingCredential.ocsp.revoked",)),
    ],
)
def test_what_the_authority_said_of_the_signer_counts(png, status, state, failures) -> None:
    root = Authority("Root")
    signer, responder = root.issue("Agency"), root.issue("Responder", purposes=[OCSP_SIGNING])
    anchor = Anchor(
        "0" * 64, "Root", "Root", "2099-01-01T00:00:00Z", pem(root.certificate), "added"
    )
    trust = Trust(signers=(anchor,))
    data, manifest = signed(png, signer)
    assert read_store(data, "image/png", trust, manifest).state == "Trusted"
    told = stapled(manifest, response(status, signer, root, responder))
    store = read_store(data, "image/png", trust, told)
    assert (store.state, store.failures, store.tampered) == (state, failures, False)
