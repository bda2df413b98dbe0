"""The peer of our generators: a class-conditional U-Net DDPM from the diffusers package, trained
for as long on the same pictures on the same machine, then sampled by DDIM.

    python benchmarks/ddim_peer.py --data PACK --out RUN [--minutes 60] [--n 5000] [--device cpu]

PACK is what ``zoo data prepare`` made. Both parts go on where they were stopped: training until
``--minutes`` of it have passed, sampling until ``RUN/samples.safetensors`` holds ``--n`` pictures
(uint8 x (N, H, W, 3) and y (N,), labels as in the test split), which ``benchmarks/quality.py
--peer`` measures. Needs: pip install -e '.[peers]'.

The network is a UNet2DModel whose channels are few at full resolution and many below, the best use
of few minutes on a CPU. Learning rates, clipping and averaging are those of diffusers' training
example, except where a short run is better off: the rate falls with the share of the time that has
passed, noise levels are the cosine ones (Nichol & Dhariwal 2021), the network predicts velocity
(Salimans & Ho 2022). Options change any of these.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peer_network import (
    CHANNELS,
    NOISE_LEVELS,
    DDPMScheduler,
    EMAModel,
    UNet2DModel,
    build_unet,
    ddim,
    ddim_scheduler,
)
from safetensors import safe_open
from safetensors.numpy import save
from torch import Tensor, nn

from zoo.data.pack import Pictures, load_pack
from zoo.evaluation.sampling import proportional_labels
from zoo.request import Request
from zoo.scaling import to_pixels
from zoo.training.checkpoint import load_checkpoint, save_checkpoint
from zoo_provenance.atomic import write_atomically

EVERY_SECONDS = 60  # between checkpoints


class Training:
    """Networks, optimiser, and how far they are. ``seconds`` counts steps, not checkpoints."""

    def __init__(self, given: argparse.Namespace, data: Pictures) -> None:
        torch.manual_seed(given.seed)
        self.given, self.data = given, data
        self.rng = torch.Generator().manual_seed(given.seed)
        unet = build_unet(max(1, len(data.names)), data.size, given.channels)
        self.unet = unet.to(given.device).train()
        self.average = copy.deepcopy(self.unet).eval().requires_grad_(False)
        self.ema = EMAModel(self.unet.parameters(), decay=0.9999, use_ema_warmup=True, power=0.75)
        self.adamw = torch.optim.AdamW(
            self.unet.parameters(), given.learning_rate, betas=(0.95, 0.999), weight_decay=1e-6
        )
        self.noise = DDPMScheduler(
            NOISE_LEVELS, beta_schedule=given.betas, prediction_type=given.prediction
        )
        self.state: dict[str, Any] = {"step": 0, "seconds": 0.0, "loss": float("nan")}

    @property
    def networks(self) -> dict[str, nn.Module]:
        return {"model": self.unet, "average": self.average}

    def save(self, path: Path) -> None:
        self.ema.copy_to(self.average.parameters())
        settings = {k: str(v) for k, v in vars(self.given).items() if k not in ("out", "n")}
        state = self.state | {"settings": settings}
        save_checkpoint(path, self.networks, {"adamw": self.adamw}, self.rng, state)

    def load(self, path: Path) -> None:
        self.state = load_checkpoint(path, self.networks, {"adamw": self.adamw}, self.rng)
        self.ema = EMAModel(
            self.average.parameters(), decay=0.9999, use_ema_warmup=True, power=0.75
        )
        self.ema.optimization_step = self.state["step"]

    def step(self) -> None:
        """One update; the rate warms up over the first 2 % of the time and falls by a cosine."""
        start, given = time.perf_counter(), self.given
        share = min(1.0, self.state["seconds"] / max(1e-9, 60 * given.minutes))
        rate = min(1.0, share / 0.02 + 0.01) * (0.5 + 0.5 * math.cos(math.pi * share))
        self.adamw.param_groups[0]["lr"] = given.learning_rate * rate
        index = torch.randint(len(self.data), (given.batch,), generator=self.rng)
        loss = self.loss(self.unet, self.data, index)
        self.adamw.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.unet.parameters(), 1.0)
        self.adamw.step()
        self.ema.step(self.unet.parameters())
        value, mean = loss.item(), self.state["loss"]
        self.state["loss"] = value if math.isnan(mean) else 0.98 * mean + 0.02 * value
        self.state["step"] += 1
        self.state["seconds"] += time.perf_counter() - start

    def loss(self, unet: UNet2DModel, data: Pictures, index: Tensor) -> Tensor:
        """Mean squared error of what the network predicts at random noise levels."""
        pictures = (data.pixels[index].float() / 127.5 - 1).to(self.given.device)
        noise = torch.randn(pictures.shape, generator=self.rng).to(pictures)
        t = torch.randint(NOISE_LEVELS, (len(index),), generator=self.rng).to(pictures.device)
        noisy = self.noise.add_noise(pictures, noise, t)
        target = noise
        if self.given.prediction == "v_prediction":
            target = self.noise.get_velocity(pictures, noise, t)
        labels = data.labels[index].to(pictures.device)
        return nn.functional.mse_loss(unet(noisy, t, class_labels=labels).sample, target)

    @torch.inference_mode()
    def held_out(self, test: Pictures) -> float:
        """The averaged network's loss on up to 512 test pictures, always with the same noise."""
        rng, self.rng = self.rng, torch.Generator().manual_seed(1)
        order = torch.randperm(len(test), generator=self.rng)[:512]
        parts = [self.loss(self.average, test, part) * len(part) for part in order.split(64)]
        self.rng = rng
        return float(torch.stack(parts).sum()) / len(order)


def train(training: Training, path: Path) -> None:
    """Until the minutes have passed; the checkpoint is renewed as it goes."""
    given, state, saved = training.given, training.state, time.monotonic()
    while state["seconds"] < 60 * given.minutes:
        training.step()
        done = state["seconds"] >= 60 * given.minutes
        if done or time.monotonic() - saved > EVERY_SECONDS:
            training.save(path)
            saved = time.monotonic()
            _say(
                f"step {state['step']:,}, {state['seconds'] / 60:.1f} of {given.minutes:g} min, "
                f"{state['step'] * given.batch / state['seconds']:.1f} pictures/s, "
                f"loss {state['loss']:.4f}"
            )


def sample(training: Training, labels: np.ndarray, path: Path) -> float:
    """Fill ``path`` batch by batch; return pictures a second of this call (0 if it was full)."""
    given, side = training.given, training.data.size
    about = {"n": str(len(labels)), "trained": str(training.state["step"])}
    about |= {"steps": str(given.steps), "seed": str(given.seed)}
    x = _samples(path, labels, about) if path.exists() else np.empty((0, side, side, 3), np.uint8)
    scheduler = ddim_scheduler(given.betas, given.prediction)
    first, start, rate = len(x), time.perf_counter(), 0.0
    while len(x) < len(labels):
        rows = range(len(x), min(len(x) + given.sample_batch, len(labels)))
        noise = Request(given.seed, tuple(rows), (side, side)).noise_batch("peer", (3, side, side))
        condition = torch.from_numpy(labels[rows.start : rows.stop]).to(given.device)
        made = ddim(training.average, noise.to(given.device), condition, scheduler, given.steps)
        x = np.concatenate([x, to_pixels(made)])
        write_atomically(path, save({"x": x, "y": labels[: len(x)]}, metadata=about))
        rate = (len(x) - first) / (time.perf_counter() - start)
        _say(f"{len(x):,} of {len(labels):,} samples, {rate:.2f} a second")
    return rate


def _samples(path: Path, labels: np.ndarray, about: dict[str, str]) -> np.ndarray:
    """What an earlier call has made of these labels with these weights."""
    with safe_open(path, framework="np") as file:
        x, y, found = file.get_tensor("x"), file.get_tensor("y"), file.metadata()
    if found != about or (y != labels[: len(y)]).any():
        sys.exit(f"{path} holds other samples ({found}, asked for {about}): remove it")
    return x


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="what zoo data prepare made")
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoint and samples")
    parser.add_argument("--minutes", type=float, default=60, help="of training")
    parser.add_argument("--n", type=int, default=5000, help="samples")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--sample-batch", type=int, default=50)
    parser.add_argument("--steps", type=int, default=50, help="of DDIM")
    parser.add_argument("--channels", default=CHANNELS, help="a resolution, from the highest",
                        type=lambda text: tuple(int(c) for c in text.split(",")))  # fmt: skip
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--betas", default="squaredcos_cap_v2", help="or linear")
    parser.add_argument("--prediction", default="v_prediction", help="or epsilon")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    torch.set_num_threads(given.threads)
    data, test = load_pack(given.data), load_pack(given.data, "test")
    training, path = Training(given, data), given.out / "checkpoint.safetensors"
    given.out.mkdir(parents=True, exist_ok=True)
    if path.exists():
        training.load(path)
    train(training, path)
    training.ema.copy_to(training.average.parameters())
    labels = proportional_labels(test.labels.numpy(), given.n, seed=given.seed)
    rate = sample(training, labels, given.out / "samples.safetensors")
    state = training.state
    report = {
        "parameters": sum(p.numel() for p in training.unet.parameters()),
        "training minutes": round(state["seconds"] / 60, 2),
        "pictures trained on": state["step"] * given.batch,
        "pictures/s in training": round(state["step"] * given.batch / state["seconds"], 2),
        "training loss": round(state["loss"], 5),
        "held-out loss": round(training.held_out(test), 5),
    }
    if rate:
        report[f"samples/s with DDIM-{given.steps}"] = round(rate, 3)
    write_atomically(given.out / "report.json", (json.dumps(report, indent=1) + "\n").encode())
    for name, value in report.items():
        print(f"{name:24} {value:>12,}")


if __name__ == "__main__":
    main()
