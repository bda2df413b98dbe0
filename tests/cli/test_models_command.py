"""``zoo models``."""

from __future__ import annotations

import json


def test_json_has_the_promised_shape(run_zoo) -> None:
    run = run_zoo("models", "--json")
    assert run.returncode == 0
    table = json.loads(run.stdout)
    assert table["schema"] == 1
    (fruits,) = (m for m in table["models"] if m["id"] == "stylegan-lite.fruits360")
    assert list(fruits) == [
        "id", "aliases", "family", "size", "params", "licence", "trained_on", "trained_with",
        "labels", "options", "can", "weights",
    ]  # fmt: skip
    assert fruits["aliases"] == ["stylegan-lite"]
    assert fruits["trained_with"] == ["fruits360"]
    assert fruits["size"] == [64, 64]
    assert len(fruits["labels"]) == 103
    assert fruits["options"][0]["name"] == "truncation"
    assert fruits["options"][0]["range"] == [0.0, 1.0]
    assert fruits["can"] == ["label", "latent", "train"]
    assert len(fruits["weights"][0]["sha256"]) == 64


def test_filters_and_what_exists(run_zoo) -> None:
    run = run_zoo("models", "--family", "gan", "--can", "label")
    assert "stylegan-lite.fruits360" in run.stdout
    assert run_zoo("models", "--can", "prompt").stdout == ""
    unknown = run_zoo("models", "--family", "gann")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean 'gan'" in unknown.stderr
    assert "latent" in run_zoo("models", "--can", "fly").stderr


def test_one_model_in_full(run_zoo) -> None:
    run = run_zoo("models", "stylegan-lite")
    for word in ("Apache-2.0", "Fruits-360", "Banana", "truncation (float, 0 to 1"):
        assert word in run.stdout
    near = run_zoo("models", "stylegan-light")
    assert near.returncode == 2
    assert "'stylegan-lite.fruits360'" in near.stderr


OPTIONED = """
import zoo

@zoo.hookimpl
def zoo_models():
    options = (
        zoo.Option("negative", "bool", True, "Turn it round"),
        zoo.Option("ground", "str", "dark", "Behind it", choices=("dark", "light")),
    )
    return [zoo.Card(id="disc.demo", family="disc", summary="Discs", factory="zoo_disc:build",
                     size=(16, 16), params=0, licence="MIT", trained_on="nothing", options=options)]

def build(files, device, dtype):
    class Discs:
        def generate(self, request):
            import torch
            negative, ground = request.options["negative"], request.options["ground"]
            yield zoo.Step(torch.full((len(request), 3, 16, 16), -0.5 if negative else 0.5))
    return Discs()
"""


def test_switches_and_choices_are_shown_and_can_be_said(
    call_zoo, zoo_with, tmp_path, monkeypatch
) -> None:
    (tmp_path / "zoo_disc.py").write_text(OPTIONED)
    monkeypatch.syspath_prepend(tmp_path)
    zoo_with("zoo_disc")
    shown = call_zoo("models", "disc").stdout
    assert "negative (--negative or --no-negative; default yes): Turn it round" in shown
    assert "ground (dark or light; default dark): Behind it" in shown
    (card,) = json.loads(call_zoo("models", "disc", "--json").stdout)["models"]
    assert [option["choices"] for option in card["options"]] == [[], ["dark", "light"]]

    words = ("generate", "-m", "disc", "-n", "1", "--seed", "3", "--out", tmp_path / "out")
    made = call_zoo(*words, "--no-negative", "--ground", "light", "--json")
    assert made.returncode == 0, made.stderr
    (image,) = json.loads(made.stdout)["images"]
    record = json.loads(call_zoo("ledger", "show", image["path"], "--json").stdout)
    assert '"negative": false' in json.dumps(record)
    for wrong, why in {
        ("--ground", "pink"): "option ground is 'pink'; expected dark or light",
        ("--negative", "false"): "'false'; --negative (or --no-negative) takes no value",
        ("--no-negative", "--grund", "light"): "unknown option 'grund'; did you mean 'ground'?",
        ("--no-negative=yes",): "--no-negative takes no value",
        ("--no-ground",): "unknown option 'no_ground'; did you mean 'ground'?",
        ("light",): "did not expect 'light'; flags begin with --",
    }.items():
        done = call_zoo(*words, *wrong)
        assert done.returncode == 2
        assert why in done.stderr


def test_a_bare_name_that_two_plugins_have_is_told(
    call_zoo, zoo_with, tmp_path, monkeypatch
) -> None:
    for name, tag in (("zoo_disc", "demo"), ("zoo_another", "other")):
        source = OPTIONED.replace("disc.demo", f"disc.{tag}").replace("zoo_disc:", f"{name}:")
        (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    zoo_with("zoo_disc")
    words = ("generate", "-n", "1", "--out", tmp_path / "out", "--force", "-m")
    assert "other plugins" not in call_zoo(*words, "disc").stderr
    zoo_with("zoo_another")
    told = (
        "disc is disc.other, of plugin another of zoo-another 0.0.0; other plugins have: disc.demo"
    )
    assert call_zoo(*words, "disc").stderr.count(told) == 1
    assert "other plugins" not in call_zoo(*words, "disc.demo").stderr


def test_listing_works_without_torch_and_imports_none(run_zoo, tmp_path) -> None:
    (tmp_path / "torch.py").write_text("raise RuntimeError('torch was imported')")
    (tmp_path / "c2pa.py").write_text("raise RuntimeError('c2pa was imported')")
    for name in ("diffusers", "huggingface_hub"):
        (tmp_path / f"{name}.py").write_text(f"raise RuntimeError('{name} was imported')")
    for arguments in (
        ["--help"], ["models", "--json"], ["models", "--all"], ["models", "stylegan-lite"],
        ["plugins"],
    ):  # fmt: skip
        run = run_zoo(*arguments, env={"PYTHONPATH": str(tmp_path)})
        assert (run.returncode, run.stderr) == (0, "")


def test_models_by_reference_are_listed_apart(run_zoo) -> None:
    run = run_zoo("models", "--all")
    bundled, _, by_reference = run.stdout.partition("by reference, diffusers:")
    assert "stylegan-lite.fruits360" in bundled
    assert "diffusers:google/ddpm-cifar10-32  refine  apache-2.0" in by_reference
    assert "commit locked on first use" in by_reference
    table = json.loads(run_zoo("models", "--all", "--json").stdout)
    schemes = {scheme["prefix"]: scheme for scheme in table["schemes"]}
    assert list(schemes["diffusers"]["known"][0]) == [
        "name", "family", "summary", "licence", "revision", "download",
    ]  # fmt: skip
    assert "diffusers" not in run_zoo("models").stdout
    assert run_zoo("models", "--all", "--family", "gan").returncode == 2
