"""A time-stamp authority (RFC 3161) on 127.0.0.1, for tests."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from authorities import TIME_STAMPING, Authority, Issued
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class TimeStampServer:
    """Answers time-stamp queries, in threads of its own; a context manager.

    ``url`` is where. ``delay``: seconds before each answer. ``answer``: instead of a time-stamp,
    ``(status, headers, body)``, or ``"reject"``. ``served`` counts queries, ``most_at_once``
    how many ran beside each other. ``time``: what its clock shows, instead of the present.
    """

    def __init__(self, name: str = "Clock") -> None:
        self.root = Authority(f"{name} Root")
        purpose = x509.ExtendedKeyUsage([x509.ObjectIdentifier(TIME_STAMPING)])
        self.signer: Issued = self.root.issue(name, extKeyUsage=(purpose, True))
        self.delay = 0.0
        self.answer: Any = None
        self.time: dt.datetime | None = None
        self.served = self.most_at_once = self._running = 0
        self._lock = threading.Lock()
        stamper = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, body = stamper._respond(query)
                self.send_response(status)
                for key, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"

    def __enter__(self) -> TimeStampServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, query: bytes) -> tuple[int, dict[str, str], bytes]:
        with self._lock:
            self.served += 1
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        time.sleep(self.delay)
        with self._lock:
            self._running -= 1
        if isinstance(self.answer, tuple):
            return self.answer
        body = rejection() if self.answer == "reject" else self.stamp(tsp.TimeStampReq.load(query))
        return 200, {"Content-Type": "application/timestamp-reply"}, body

    def stamp(self, query: tsp.TimeStampReq) -> bytes:
        """RFC 3161, section 2.4.2, with the signed attributes of RFC 5652, section 5.3."""
        now = (self.time or dt.datetime.now(dt.UTC)).replace(microsecond=0)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.3.6.1.4.1.99999.1",
                "message_imprint": query["message_imprint"],
                "serial_number": secrets.randbits(64),
                "gen_time": now,
                "nonce": query["nonce"],
            }
        )
        der = info.dump()
        leaf = self.signer.certificate.public_bytes(serialization.Encoding.DER)
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(der).digest()]},
                {"type": "signing_time", "values": [cms.Time({"utc_time": now})]},
                {
                    "type": "signing_certificate_v2",
                    "values": [{"certs": [{"cert_hash": hashlib.sha256(leaf).digest()}]}],
                },
            ]
        )
        signature = self.signer.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        certificate = asn1_x509.Certificate.load(leaf)
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                }
            ),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signature,
        }
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(der),
                },
                "certificates": [certificate],
                "signer_infos": [signer],
            }
        )
        token = {"content_type": "signed_data", "content": signed}
        return tsp.TimeStampResp(
            {"status": {"status": "granted"}, "time_stamp_token": token}
        ).dump()


def rejection() -> bytes:
    """A refusal: a response with a status and no token."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_request"}}).dump()
    return b"\x30" + bytes([len(status)]) + status
