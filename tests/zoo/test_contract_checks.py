"""The checks of ``zoo.testing``: what is built in passes them, and each catches its own mistake."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

import zoo
from zoo.card import Card
from zoo.errors import ContractError, PluginError
from zoo.option import Option
from zoo.plugins import plugin_manager
from zoo.testing import check_examiner, check_generator, check_measure, check_reward
from zoo_provenance.examiners import DeclaredExaminer


@pytest.mark.parametrize("card", plugin_manager().cards(), ids=lambda card: card.id)
def test_the_built_in_generators_keep_the_contract(card: Card) -> None:
    report = check_generator(card)
    assert {outcome.state for outcome in report.outcomes} == {"holds"}
    assert len(report.outcomes) > 20


def test_the_built_in_measures_keep_the_contract() -> None:
    for measure in plugin_manager().measures().values():
        assert len(check_measure(measure).outcomes) >= 7


def test_the_built_in_rewards_keep_the_contract() -> None:
    tried = {name: check_reward(reward) for name, reward in plugin_manager().rewards().items()}
    (outcome,) = tried.pop("preference").outcomes
    assert outcome.state == "not-tried"
    assert "as zoo rate export writes them" in outcome.why
    assert {o.state for report in tried.values() for o in report.outcomes} == {"holds"}


def test_a_built_in_examiner_keeps_the_contract() -> None:
    assert {outcome.state for outcome in check_examiner(DeclaredExaminer()).outcomes} == {"holds"}


class Plain(zoo.FromLatent):
    """A good generator of 8 x 12 pixels; those below are each wrong in one way."""

    def __init__(self, files: Any, device: Any, dtype: Any) -> None:
        super().__init__(device, dtype)
        self.shift = files[0].tensors()["shift"] if files else torch.zeros(3)

    def latent_shape(self, size: Any) -> tuple[int, ...]:
        return (3, *size)

    def decode(self, z: Any, *, condition: Any, options: Any) -> Any:
        return (options["strength"] * z + condition[:, None, None, None] / 4).tanh()

    def encode(self, pictures: Any, *, condition: Any, options: Any) -> Any:
        z = pictures.clamp(-0.999, 0.999).atanh() - condition[:, None, None, None] / 4
        return z / options["strength"]

    def generate(self, request: Any) -> Any:
        (last,) = super().generate(request)
        yield zoo.Step(last.pictures / 2, final=False)
        yield last


class Drawing(Plain):
    def generate(self, request: Any) -> Any:
        yield zoo.Step(torch.rand(len(request), 3, *request.size))


class Seeding(Plain):
    def generate(self, request: Any) -> Any:
        random.seed(1)
        return super().generate(request)


class Differentiating(Plain):
    def generate(self, request: Any) -> Any:
        torch.set_grad_enabled(True)
        return super().generate(request)


class Printing(Plain):
    def generate(self, request: Any) -> Any:
        print("making", len(request))
        return super().generate(request)


class Batching(Plain):
    def decode(self, z: Any, **rest: Any) -> Any:
        return super().decode(z - z.mean(), **rest)


class Still(Plain):
    def generate(self, request: Any) -> Any:
        yield zoo.Step(torch.zeros(len(request), 3, *request.size))


class Unlabelled(Plain):
    def decode(self, z: Any, *, condition: Any, options: Any) -> Any:
        return super().decode(z, condition=0 * condition, options=options)


class Loud(Plain):
    def decode(self, z: Any, **rest: Any) -> Any:
        return 1.2 * super().decode(z, **rest)


class Fragile(Plain):
    def decode(self, z: Any, *, condition: Any, options: Any) -> Any:
        if options["strength"] == 0.5:
            raise ZeroDivisionError("too weak")
        return super().decode(z, condition=condition, options=options)


class Blunt(Plain):
    def decode(self, z: Any, **rest: Any) -> Any:
        return super().decode(z.detach(), **rest)


class Forgetful(Plain):
    def encode(self, pictures: Any, **rest: Any) -> Any:
        return super().encode(pictures.flip(0), **rest)


class Sudden(Plain):
    def generate(self, request: Any) -> Any:
        return zoo.FromLatent.generate(self, request)


class Endless(Plain):
    def generate(self, request: Any) -> Any:
        for step in super().generate(request):
            yield zoo.Step(step.pictures)


class Misshapen(Plain):
    def decode(self, z: Any, **rest: Any) -> Any:
        return super().decode(z, **rest)[..., :8]


GOOD = Card(
    id="plain.demo", family="demo", summary="Plain", factory="plain_here:build", size=(8, 12),
    params=0, licence="CC0-1.0", trained_on="nothing", labels=("left", "right"),
    options=(Option("strength", "float", 1.0, "of the noise", (0.5, 2.0)),),
    can=frozenset({zoo.Can.LATENT, zoo.Can.LABEL, zoo.Can.ENCODE, zoo.Can.STEPS}),
)  # fmt: skip


def test_a_good_generator_holds(serve: Any) -> None:
    serve(Plain)
    assert len(check_generator(GOOD).outcomes) == 21


@pytest.mark.parametrize(
    ("kind", "check", "advice"),
    [
        (Drawing, "the same seed and index make the same picture", "request.noise"),
        (Drawing, "it leaves global random states", "the random state of torch"),
        (Seeding, "it leaves global random states", "the random state of Python"),
        (Differentiating, "it leaves global random states", "torch's grad mode"),
        (Printing, "it prints nothing", "printed 'making 1"),
        (Batching, "a picture does not depend on its batch", "of 255 levels"),
        (Batching, "latent: a picture does not depend on its batch", "latent 2"),
        (Still, "another seed or index makes another picture", "indices 0 and 1"),
        (Unlabelled, "its first and its last label make different", "'left' and 'right'"),
        (Loud, "pictures lie in [-1, 1]", "expected -1 to 1"),
        (Fragile, "it works with strength=0.5", "ZeroDivisionError: too weak"),
        (Blunt, "latent: gradients reach the latent", "without gradient"),
        (Forgetful, "encode: it leads back to the picture", "from another one"),
        (Sudden, "steps: previews come before the picture", "final=False"),
        (Endless, "each run ends with one final Step", "[True, True]"),
        (Misshapen, "pictures have the card's size", "(2, 3, 8, 8)"),
    ],
)
def test_each_mistake_is_caught_by_its_check(
    serve: Any, kind: Any, check: str, advice: str
) -> None:
    serve(kind)
    with pytest.raises(ContractError) as caught:
        check_generator(GOOD)
    lines = [line for line in str(caught.value).splitlines() if line.startswith("  FAILS")]
    (line,) = [line for line in lines if line.startswith(f"  FAILS: {check}")]
    assert advice in line
    assert isinstance(caught.value, PluginError)
    assert isinstance(caught.value, AssertionError)
    assert "ok: its card names a licence and its data" in str(caught.value)


@pytest.mark.parametrize("strict", [True, False])
def test_weights_must_be_loaded_strictly(serve: Any, tmp_path: Any, strict: bool) -> None:
    from hashlib import sha256

    from safetensors.torch import save

    from zoo.safetensor import load_state

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shift = torch.nn.Parameter(torch.zeros(3))

    def build(files: Any, device: Any, dtype: Any) -> Plain:
        if strict:
            load_state(Network(), files[0])
            return Plain(files, device, dtype)
        return Plain((), device, dtype)

    serve(build)
    data = save({"shift": torch.ones(3)})
    (tmp_path / "w.safetensors").write_bytes(data)
    pin = zoo.Weights(f"local-dir:{tmp_path}", "w.safetensors", len(data), sha256(data).hexdigest())
    card = Card(**{**vars(GOOD), "weights": (pin,)})
    if strict:
        assert len(check_generator(card).outcomes) == 24
        return
    with pytest.raises(ContractError, match="fails 3 of 24 checks") as caught:
        check_generator(card)
    for what in ("a tensor missing", "a tensor too many", "a tensor of another shape"):
        assert f"FAILS: it refuses w.safetensors with {what}" in str(caught.value)


def test_a_card_that_leaves_its_licence_open_fails(serve: Any) -> None:
    serve(Plain)
    with pytest.raises(ContractError, match="licence is 'TODO'"):
        check_generator(Card(**{**vars(GOOD), "licence": "TODO"}))


def test_one_that_does_not_load_says_why(serve: Any) -> None:
    serve(lambda *_: 1 / 0)
    with pytest.raises(ContractError, match=r"FAILS: it loads: .*ZeroDivisionError"):
        check_generator(GOOD)
