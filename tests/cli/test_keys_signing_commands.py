"""``zoo keys`` for organisations, as a user runs it: request, import, export, token, time-stamp."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from authorities import SERVER, Authority, Issued, pem
from cryptography import x509
from timestamps import TimeStampServer

from zoo_provenance.identity import ensure_identity, load_identity

Call = Callable[..., Any]
CA = Authority("Issuing CA", under=Authority("Root"))


def saved(issued: Issued, folder: Path) -> tuple[Path, str, Path]:
    """``chain --key key`` in files."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_text(issued.chain_pem)
    key.write_text(pem(issued.key))
    key.chmod(0o600)
    return chain, "--key", key


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    import numpy as np
    from PIL import Image

    coarse = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((128, 128)).save(tmp_path / "drawn.png")
    return tmp_path / "drawn.png"


def sealed(call_zoo: Call, picture: Path) -> dict[str, Any]:
    """The C2PA evidence of a picture that ``zoo seal`` made."""
    out = picture.parent / "sealed"
    source = "trainedAlgorithmicMedia"
    done = call_zoo("seal", picture, "--source", source, "--created", "--force", "--out", out)
    assert done.returncode == 0, done.stderr
    answer = json.loads(call_zoo("verify", out / picture.name, "--json").stdout)
    [found] = [e for e in answer["files"][0]["evidence"] if e["examiner"] == "c2pa"]
    return found


def test_from_a_request_to_a_sealed_picture(
    call_zoo: Call, zoo_home: Path, tmp_path: Path, picture: Path
) -> None:
    names = ("--organisation", "Example News", "--name", "Desk", "--country", "DE")
    asked = call_zoo("keys", "request", *names)
    assert asked.returncode == 0
    assert "claim signing" in asked.stderr
    request = x509.load_pem_x509_csr(asked.stdout.encode())
    answer = tmp_path / "answer.pem"
    answer.write_text(pem(CA.certify(request.public_key(), "Desk"), *CA.chain))
    done = call_zoo("keys", "import", answer)
    assert done.returncode == 0, done.stderr
    assert "signed by Desk from now on" in done.stdout
    assert "read as claimed" in done.stderr
    found = sealed(call_zoo, picture)
    assert (found["state"], found["trusted"]) == ("Trusted", True)
    assert "Desk" in found["details"]["signer"]
    assert "(this installation)" in call_zoo("trust", "list").stdout
    assert call_zoo("ledger", "check").returncode == 0


def test_everything_that_is_wrong_is_told_and_nothing_is_changed(
    call_zoo: Call, tmp_path: Path
) -> None:
    before = ensure_identity()
    bad = CA.issue(purposes=[SERVER], without=["keyUsage"])
    done = call_zoo("keys", "import", *saved(bad, tmp_path), "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    first, *problems = done.stderr.splitlines()
    assert "2 things are wrong with the certificate of 'News Agency'" in first
    assert [p.strip(" -").split(" ")[0] for p in problems] == ["keyUsage", "extKeyUsage"]
    assert load_identity().leaf == before.leaf


def test_replacing_an_identity_needs_a_yes(call_zoo: Call, tmp_path: Path) -> None:
    before = ensure_identity()
    files = saved(CA.issue(), tmp_path)
    refused = call_zoo("keys", "import", *files)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert load_identity().leaf == before.leaf
    assert call_zoo("keys", "import", *files, "--yes").returncode == 0
    assert load_identity().kind == "imported"


def test_show_says_what_expiry_means(call_zoo: Call, tmp_path: Path, zoo_home: Path) -> None:
    issued = CA.issue()
    call_zoo("keys", "import", *saved(issued, tmp_path))
    day = issued.certificate.not_valid_after_utc.strftime("%Y-%m-%d")
    shown = call_zoo("keys", "show").stdout
    assert "issued by    CN=Issuing CA,O=Issuing CA Ltd" in shown
    assert f"read as claimed, no longer as declared, from {day}" in shown
    table = json.loads(call_zoo("keys", "show", "--json").stdout)
    assert table["claimed_from"] == table["identity"]["valid_until"]
    assert table["identity"]["kind"] == "imported"
    assert table["time_stamp"] is None
    assert call_zoo("keys", "show", "--pem").stdout == pem(CA.chain[-1])
    with TimeStampServer() as tsa:
        assert call_zoo("keys", "timestamp", tsa.url).returncode == 0
        shown = call_zoo("keys", "show").stdout
        assert tsa.url in shown
        assert f"declared after {day} for whoever trusts that authority" in shown
        table = json.loads(call_zoo("keys", "show", "--json").stdout)
        assert (table["time_stamp"], table["claimed_from"]) == (tsa.url, None)


def test_time_stamps(call_zoo: Call, tmp_path: Path, picture: Path) -> None:
    assert "no time-stamp" in call_zoo("keys", "timestamp").stdout
    with TimeStampServer() as tsa:
        assert call_zoo("keys", "timestamp", tsa.url, "--none").returncode == 2
        assert call_zoo("keys", "timestamp", tsa.url).returncode == 0
        assert call_zoo("keys", "timestamp").stdout.strip() == tsa.url
        root = tmp_path / "tsa.pem"
        root.write_text(pem(tsa.root.certificate))
        assert call_zoo("trust", "add", "--tsa", root).returncode == 0
        assert "time_stamp" in sealed(call_zoo, picture)["details"]
        url = tsa.url
    gone = call_zoo(
        "seal", picture, "--source", "trainedAlgorithmicMedia", "--out", tmp_path / "two"
    )
    assert gone.returncode == 1
    assert f"{url} gave no time-stamp" in gone.stderr
    assert "zoo keys timestamp --none" in gone.stderr
    assert list((tmp_path / "two").iterdir()) == []
    assert "nothing was changed" in call_zoo("keys", "timestamp", url).stderr
    assert call_zoo("keys", "timestamp", "--none").returncode == 0
    assert "time_stamp" not in sealed(call_zoo, picture)["details"]


def test_export_and_passphrases(call_zoo: Call, tmp_path: Path, zoo_home: Path) -> None:
    assert call_zoo("keys", "export", tmp_path / "a.pem").returncode == 1
    issued = CA.issue()
    call_zoo("keys", "import", *saved(issued, tmp_path))
    out, backup, word = tmp_path / "a.pem", tmp_path / "b.p12", tmp_path / "word"
    assert call_zoo("keys", "export", out).returncode == 0
    assert out.read_text() == issued.chain_pem
    assert "already there" in call_zoo("keys", "export", out).stderr
    assert call_zoo("keys", "export", tmp_path / "c", "--passphrase-file", word).returncode == 2
    nobody = call_zoo("keys", "export", "--private", backup)
    assert (nobody.returncode, backup.exists()) == (2, False)
    assert "--passphrase-file" in nobody.stderr
    word.write_text("a fine passphrase\nand more\n")
    word.chmod(0o644)
    readable = call_zoo("keys", "export", "--private", backup, "--passphrase-file", word)
    assert "chmod 600" in readable.stderr
    word.chmod(0o600)
    given = ("--passphrase-file", word)
    assert call_zoo("keys", "export", "--private", backup, *given).returncode == 0
    assert backup.stat().st_mode & 0o077 == 0
    assert call_zoo("keys", "remove", "--yes").returncode == 0
    assert call_zoo("keys", "import", backup).returncode == 2
    assert call_zoo("keys", "import", backup, *given).returncode == 0
    assert load_identity().leaf == issued.certificate


def test_removing_an_imported_identity_names_what_is_left(call_zoo: Call, tmp_path: Path) -> None:
    call_zoo("keys", "import", *saved(CA.issue(), tmp_path))
    done = call_zoo("keys", "remove", "--yes")
    assert "its certificate is kept in" in done.stdout
    assert load_identity() is None


def test_a_key_in_a_token(
    call_zoo: Call, softhsm: Any, tmp_path: Path, picture: Path, zoo_home: Path
) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_text(pem(CA.certify(softhsm.keys["p256"], "Token Desk"), *CA.chain))
    where = ("--module", softhsm.module, "--token", softhsm.token)
    pin = ("--pin-env", "ZOO_TEST_PIN")
    assert call_zoo("keys", "use-pkcs11", chain, *where, "--key", "p256").returncode == 2
    other = call_zoo("keys", "use-pkcs11", chain, *where, "--key", "another", *pin)
    assert other.returncode == 1
    assert "no es256 signature by the key of its certificate" in other.stderr
    assert load_identity() is None
    done = call_zoo("keys", "use-pkcs11", chain, *where, "--key", "p256", *pin)
    assert done.returncode == 0, done.stderr
    assert sealed(call_zoo, picture)["trusted"]
    assert call_zoo("ledger", "check").returncode == 0
    assert not list(zoo_home.rglob("key.pem"))
    assert "in a token" in call_zoo("keys", "show").stdout
    word = tmp_path / "word"
    word.write_text("a fine passphrase")
    word.chmod(0o600)
    kept = call_zoo("keys", "export", "--private", tmp_path / "x", "--passphrase-file", word)
    assert "cannot leave it" in kept.stderr
    assert call_zoo("keys", "remove", "--yes").returncode == 0
    assert call_zoo("ledger", "check").returncode == 0


def test_generate_signs_through_a_token_in_a_process_of_its_own(
    run_zoo: Any, softhsm: Any, tmp_path: Path, tiny_model: Path
) -> None:
    chain, pin = tmp_path / "chain.pem", tmp_path / "pin"
    chain.write_text(pem(CA.certify(softhsm.keys["p384"], "Token Desk"), *CA.chain))
    pin.write_text("1234\n")
    pin.chmod(0o600)
    where = ("--module", softhsm.module, "--token", softhsm.token, "--key", "p384")
    assert run_zoo("keys", "use-pkcs11", chain, *where, "--pin-file", pin).returncode == 0
    done = run_zoo("generate", "--model", tiny_model, "-n", "2", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "'Token Desk'" in done.stderr
    [pictures] = [json.loads(run_zoo("verify", "out", "--json").stdout)["files"]]
    states = {e["state"] for p in pictures for e in p["evidence"] if e["examiner"] == "c2pa"}
    assert states == {"Trusted"}
