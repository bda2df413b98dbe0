"""Attacks by certificates: names of others, certificates for something else, weak ones."""

from __future__ import annotations

from attack import Attempt, attack
from authorities import SERVER, Authority, Issued
from by_swapping import CAPTURED, MADE_BY_AI
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lab import MADE, TAKEN, Lab
from resigning import resigned
from signatory import Signatory

UNPROVEN = "inconclusive unknown intact"
UNREADABLE = "inconclusive unknown unbound"
PS256 = -37


def signed_by(lab: Lab, issued: Issued, **more: int) -> Attempt:
    """The photograph under another certificate, and under a good one of the same authority."""
    hostile = resigned(lab.captured, issued, **more)
    honest = resigned(lab.captured, lab.maker.issue("Good Camera"))
    return Attempt(lab.case(hostile), lab.case(honest))


@attack(UNPROVEN, honest=CAPTURED, why="Who signs a certificate for himself is nobody, and is "
        "not named.")  # fmt: skip
def self_signed_as_adobe(lab: Lab) -> Attempt:
    """makes a certificate for himself that says Adobe, and signs a picture as a photograph."""
    key = ec.generate_private_key(ec.SECP256R1())
    vendor = Authority("Adobe", key=key)
    own = Issued(vendor.issue("Adobe", key=key).certificate, key, ())
    tried = signed_by(lab, Issued(own.certificate, key, (own.certificate,)))
    return Attempt(tried.hostile, tried.honest, never=("Adobe Ltd",))


@attack(UNPROVEN, honest=CAPTURED, why="Anybody can found an authority of any "
        "name; only those that you trust count.")  # fmt: skip
def own_authority_called_google(lab: Lab) -> Attempt:
    """founds a certificate authority called Google LLC, and signs a picture as a photograph."""
    google = Signatory("Google LLC")
    return Attempt(lab.case(google.sign(lab.photo, TAKEN)), lab.case(lab.captured), ("Google LLC",))


@attack("claimed-ai ai intact", honest=MADE_BY_AI, why="It may be by AI, but who says so is not "
        "known.")  # fmt: skip
def own_authority_called_openai(lab: Lab) -> Attempt:
    """signs a photograph as made by AI under the name of OpenAI, to harm both."""
    return Attempt(lab.case(lab.stranger.sign(lab.photo, MADE)), lab.case(lab.made), ("OpenAI",))


@attack(UNPROVEN, honest=CAPTURED, why="The name is that of a trusted root, "
        "the key is not.")  # fmt: skip
def authority_named_like_a_trusted_one(lab: Lab) -> Attempt:
    """names his own authority exactly like one that we trust."""
    root = Authority("Camera Maker Root")
    return signed_by(lab, Authority("Camera Maker", under=root).issue("Good Camera"))


@attack(UNPROVEN, honest=CAPTURED, why="A certificate of a camera must not issue others.")
def camera_that_issues_certificates(lab: Lab) -> Attempt:
    """uses a camera's own trusted certificate to issue one for himself."""
    camera = lab.maker.issue("Good Camera")
    false = Authority("Good Camera", key=camera.key)
    leaf = false.issue("Other Camera")
    chain = (leaf.certificate, *camera.chain)
    return signed_by(lab, Issued(leaf.certificate, leaf.key, chain))


@attack(UNREADABLE, honest=CAPTURED, why="The certificate is trusted for a web server, not for "
        "pictures.")  # fmt: skip
def certificate_of_a_web_server(lab: Lab) -> Attempt:
    """signs a picture with a web server's certificate by a trusted authority."""
    return signed_by(lab, lab.maker.issue("www.example.com", purposes=[SERVER]))


@attack(UNREADABLE, honest=CAPTURED, why="A certificate has to say that it is for signing claims.")
def certificate_without_a_purpose(lab: Lab) -> Attempt:
    """signs with a trusted authority's certificate that names no purpose at all."""
    return signed_by(lab, lab.maker.issue("Good Camera", without=["extKeyUsage"]))


@attack(UNREADABLE, honest=CAPTURED, why="A key of 1,024 bits can be broken; C2PA forbids it.")
def key_that_can_be_broken(lab: Lab) -> Attempt:
    """signs with an RSA key of 1,024 bits, certified by a trusted authority."""
    weak = rsa.generate_private_key(65537, 1024)
    return signed_by(lab, lab.maker.issue("Good Camera", key=weak), algorithm=PS256)


@attack("altered unknown changed", honest=CAPTURED, why="The signature does not verify by the "
        "algorithm that it names.")  # fmt: skip
def algorithm_that_nobody_knows(lab: Lab) -> Attempt:
    """names an unknown signature algorithm, so that the signature might go unchecked."""
    return signed_by(lab, lab.maker.issue("Good Camera"), algorithm=-65535)


@attack("altered unknown changed", honest=CAPTURED, why="The signature is not by the key in the "
        "certificate.")  # fmt: skip
def trusted_certificate_without_its_key(lab: Lab) -> Attempt:
    """encloses a trusted camera's certificate, which is public, and signs with his own key."""
    camera = lab.maker.issue("Good Camera")
    own = ec.generate_private_key(ec.SECP256R1())
    return signed_by(lab, Issued(camera.certificate, own, camera.chain))
