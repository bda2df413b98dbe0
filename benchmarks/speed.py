"""Pictures a second of each model's network beside the peer's DDIM-50, in one run.

    python benchmarks/speed.py [--models stylegan-lite,vae-lite,refine-lite,refine-lite:steps=4]
        [--rounds 5] [--threads 2]

From latents to pictures, without scaling, marks or files. Every network has the batch size that
is fastest for it here. The peer is the U-Net of ``ddim_peer.py`` at 64 x 64 with weights that are
not trained: time does not depend on them. Rounds alternate between all of them, so that what else
the machine does falls on all; the table gives medians. Needs: pip install -e '.[peers]'.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from peer_network import CHANNELS, build_unet, ddim, ddim_scheduler
from variants import parse

import zoo
from zoo.errors import UsageError, ZooError
from zoo.generator import LatentGenerator

BATCHES = (8, 16, 32, 64, 128, 256)
SIZE = 64


@dataclass
class Runner:
    """``run(batch)`` makes a batch of pictures; ``probe`` is a cheaper part of it, alike in how its
    time depends on the batch."""

    name: str
    params: int
    run: Callable[[int], object]
    probe: Callable[[int], object]
    batch: int = 0
    rates: list[float] = field(default_factory=list)

    def choose(self, batches: tuple[int, ...]) -> None:
        """The fastest batch of a few: the smallest after which twice as many gains little."""
        best = 0.0
        for batch in batches:
            self.probe(batch)
            rate = max(batch / seconds(self.probe, batch) for _ in range(2))
            if rate < 1.05 * best:
                break
            self.batch, best = batch, rate

    def measure(self) -> None:
        self.rates.append(self.batch / seconds(self.run, self.batch))


def seconds(work: Callable[[int], object], batch: int) -> float:
    start = time.perf_counter()
    work(batch)
    return time.perf_counter() - start


def model_runner(asked: str) -> Runner:
    name, given = parse(asked)
    model = zoo.load(name, device="cpu")
    generator, card = model.generator, model.card
    if not isinstance(generator, LatentGenerator):
        raise UsageError(f"{name} is no latent generator; its network alone cannot be timed")
    options = card.check_options(given)

    @torch.inference_mode()
    def run(batch: int) -> object:
        rng = torch.Generator().manual_seed(0)
        z = torch.randn(batch, *generator.latent_shape(card.size), generator=rng)
        labels = torch.arange(batch) % len(card.labels) if card.labels else None
        return generator.decode(z, condition=labels, options=options)

    return Runner(asked, card.params, run, run)


def peer_runner(channels: tuple[int, ...], labels: int, steps: int) -> Runner:
    torch.manual_seed(0)
    unet = build_unet(labels, SIZE, channels).eval()
    scheduler = ddim_scheduler()

    def run(batch: int, steps: int = steps) -> object:
        noise = torch.randn(batch, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
        return ddim(unet, noise, torch.arange(batch) % labels, scheduler, steps)

    params = sum(p.numel() for p in unet.parameters())
    return Runner(f"peer, DDIM-{steps}", params, run, lambda batch: run(batch, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default="stylegan-lite,vae-lite,refine-lite",
                        help="NAME[:OPTION=VALUE...], separated by commas")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=50, help="of the peer's DDIM")
    parser.add_argument("--channels", default=CHANNELS, help="of the peer's U-Net",
                        type=lambda text: tuple(int(c) for c in text.split(",")))  # fmt: skip
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    peer = peer_runner(given.channels, 103, given.steps)
    runners = [*map(model_runner, given.models.split(",")), peer]
    for runner in runners:
        runner.choose(BATCHES)
        print(f"{runner.name}: batches of {runner.batch}", file=sys.stderr, flush=True)
    for _ in range(given.rounds):
        for runner in runners:
            runner.measure()
    base = statistics.median(peer.rates)
    print(f"{given.threads} threads, median of {given.rounds} rounds\n")
    print(
        "| | parameters | batch | pictures/s | of the peer's |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for runner in runners:
        rate = statistics.median(runner.rates)
        cells = f"{runner.params:,} | {runner.batch} | {rate:.3g} | {rate / base:.3g}"
        print(f"| {runner.name} | {cells} |")


if __name__ == "__main__":
    try:
        main()
    except ZooError as error:
        sys.exit(f"error: {error}")
