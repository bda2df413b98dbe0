"""A SoftHSM token with keys in it, as the real module of a token's maker is used."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from zoo_provenance.signing.pkcs11 import TokenKey

PIN = "1234"
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


def find_module() -> str | None:
    """SoftHSM's module: ``SOFTHSM2_MODULE``, or where systems put it."""
    chosen = os.environ.get("SOFTHSM2_MODULE")
    if shutil.which("softhsm2-util") is None:
        return None
    return next((p for p in (chosen, *_PLACES) if p and Path(p).is_file()), None)


class SoftHsm:
    """A token with private keys labelled by their kind; the PIN is in ``ZOO_TEST_PIN``.

    The module reads where its tokens are once a process: there is one for all tests.
    """

    token = "zoo"

    def __init__(self, folder: Path, module: str) -> None:
        import pkcs11
        from pkcs11.util.ec import encode_named_curve_parameters

        self.module = module
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
        os.environ["ZOO_TEST_PIN"] = PIN
        command = ["softhsm2-util", "--init-token", "--free", "--label", self.token]
        subprocess.run(
            [*command, "--pin", PIN, "--so-pin", "5678"], check=True, capture_output=True
        )
        token = pkcs11.lib(module).get_token(token_label=self.token)
        self.keys: dict[str, Any] = {}  # the public ones
        with token.open(rw=True, user_pin=PIN) as session:
            curves = {"p256": "secp256r1", "p384": "secp384r1", "p521": "secp521r1"}
            for label, curve in {**curves, "another": "secp256r1"}.items():
                named = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
                domain = session.create_domain_parameters(pkcs11.KeyType.EC, named, local=True)
                self._keep(label, domain.generate_keypair(store=True, label=label))
            pair = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="rsa")
            self._keep("rsa", pair)
            self._make_edwards(session)

    def _make_edwards(self, session: Any) -> None:
        import pkcs11

        # The curve's name as a PrintableString (PKCS#11 3.0, section 2.3.5).
        edwards = b"\x13\x0cedwards25519"
        try:
            named = {pkcs11.Attribute.EC_PARAMS: edwards}
            domain = session.create_domain_parameters(pkcs11.KeyType.EC_EDWARDS, named, local=True)
            mechanism = pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
            pair = domain.generate_keypair(mechanism=mechanism, store=True, label="ed25519")
        except pkcs11.PKCS11Error:
            return
        self._keep("ed25519", pair)

    def _keep(self, label: str, pair: tuple[Any, Any]) -> None:
        from pkcs11 import Attribute
        from pkcs11.util.ec import encode_ec_public_key

        public = pair[0]
        if label == "rsa":
            modulus, exponent = (
                int.from_bytes(public[a], "big")
                for a in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT)
            )
            self.keys[label] = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        elif label == "ed25519":
            point = public[Attribute.EC_POINT][2:]  # an OCTET STRING's contents
            self.keys[label] = ed25519.Ed25519PublicKey.from_public_bytes(point)
        else:
            self.keys[label] = serialization.load_der_public_key(encode_ec_public_key(public))

    @property
    def environment(self) -> dict[str, str]:
        """For processes that use the token."""
        return dict(os.environ)

    def where(self, label: str) -> TokenKey:
        return TokenKey(self.module, self.token, label, pin_env="ZOO_TEST_PIN")
