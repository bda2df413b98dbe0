"""What the plain install must do without torch: list, seal, verify, keep keys and ledger."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path


def zoo(*words: str, expect: int = 0) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "zoo"), *words], capture_output=True, text=True
    )
    assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def main() -> None:
    assert importlib.util.find_spec("torch") is None
    listed = json.loads(zoo("models", "--json"))
    assert {m["family"] for m in listed["models"]} == {"gan", "refine", "vae"}, listed
    assert "gan" in zoo("plugins")
    assert "[models]" in zoo("generate", "--model", "stylegan-lite", expect=1)

    from PIL import Image

    from zoo_provenance import Record, SourceType, seal

    picture = Path("sealed.png")
    image = Image.linear_gradient("L").convert("RGB")
    record = Record.external("gradient", "1")
    seal(image, record, source=SourceType.TRAINED_ALGORITHMIC_MEDIA, out=picture)
    Image.radial_gradient("L").convert("RGB").save("other.png")
    answers = json.loads(zoo("verify", "sealed.png", "other.png", "--json"))["files"]
    assert [a["verdict"] for a in answers] == ["issued-here", "no-evidence"], answers
    zoo("verify", "sealed.png", "other.png", "--report", "report.html")
    assert Path("report.html").read_text("utf-8").count("<article") == 2
    zoo("data", "prepare", "sealed.png", "other.png", "pack", expect=2)
    Path("pictures").mkdir()
    for number in range(20):
        Image.effect_noise((80, 80), 10 + number).save(f"pictures/{number}.png")
    zoo("data", "prepare", "pictures", "pack")
    assert "[models]" in zoo("train", "vae-lite", "--data", "pack", "--minutes", "1", expect=1)
    rate = ("rate", "scales", "pictures", "-n", "3", "--out", "study.sqlite")
    assert "[rate]" in zoo(*rate, expect=1)
    zoo(*rate, "--prepare-only")
    assert "[index]" in zoo("index", "add", "other.png")
    assert "shows the same" in zoo("verify", "other.png", "--index")
    zoo("keys", "show")
    zoo("ledger", "list")
    zoo("ledger", "check")
    assert "torch" not in sys.modules
    print("without torch: models, plugins, keys, ledger, seal, verify, report, data prepare work")


main()
