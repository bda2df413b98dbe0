"""The networks of ``tiny`` and their training: two phases, batch norm, dropout where asked."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

import zoo
from zoo.training.augment import diff_augment
from zoo.training.trainable import Phase


class Generator(nn.Module):
    def __init__(self, labels, size, width):
        super().__init__()
        self.size, self.width = size, width
        self.embed = nn.Embedding(labels, width)
        self.linear = nn.Linear(2 * width, 16 * width)
        self.norm = nn.BatchNorm2d(width)
        self.conv = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, z, labels):
        h = self.linear(torch.cat([z, self.embed(labels)], 1)).view(len(z), -1, 4, 4)
        return torch.tanh(F.interpolate(self.conv(F.relu(self.norm(h))), size=self.size))


class Discriminator(nn.Module):
    def __init__(self, labels, width, dropout):
        super().__init__()
        self.linear = nn.Linear(3 * 8 * 8, width)
        self.dropout = nn.Dropout(dropout)
        self.embed = nn.Embedding(labels, width)

    def forward(self, pictures, labels):
        h = F.leaky_relu(self.linear(F.adaptive_avg_pool2d(pictures, 8).flatten(1)), 0.2)
        return (self.dropout(h) * (1 + self.embed(labels))).sum(1)


class Training:
    def __init__(self, labels, size, *, width, dropout, makes_pictures, learning_rate):
        self.shape = {"labels": labels, "size": size, "width": width}
        self.makes_pictures, self.learning_rate = makes_pictures, learning_rate
        self.generator = Generator(labels, size, width)
        self.discriminator = Discriminator(labels, width, dropout)
        self.networks = {"model": self.generator, "discriminator": self.discriminator}

    def phases(self):
        return (
            Phase("discriminator", list(self.discriminator.parameters()), self._discriminate,
                  self.learning_rate),
            Phase("generator", list(self.generator.parameters()), self._generate,
                  self.learning_rate),
        )  # fmt: skip

    def _discriminate(self, batch):
        self.fake = self.generator(batch.draw.normal(self.shape["width"]), batch.labels)
        real = self.discriminator(diff_augment(batch.pictures, batch.draw), batch.labels)
        fake = self.discriminator(diff_augment(self.fake.detach(), batch.draw), batch.labels)
        loss = F.softplus(-real).mean() + F.softplus(fake).mean()
        figures = {"d_loss": loss, "d_real": real.mean(), "d_gap": (real - fake).mean()}
        return loss, figures

    def _generate(self, batch):
        logits = self.discriminator(diff_augment(self.fake, batch.draw), batch.labels)
        loss = F.softplus(-logits).mean()
        return loss, {"g_loss": loss}

    def sample(self, network, labels, draw):
        return network(draw.normal(self.shape["width"]), labels) if self.makes_pictures else None

    def held_out(self, network, batch):
        made = network(batch.draw.normal(self.shape["width"]), batch.labels)
        distance = (made.mean(0) - batch.pictures.mean(0)).square().mean()
        real = self.discriminator(batch.pictures, batch.labels)
        return {"distance": float(distance), "d_real": float(real.mean())}

    def finish(self, network, draw):
        network.train()
        labels = draw.integers(self.shape["labels"])
        with torch.no_grad():
            network(draw.normal(self.shape["width"]), labels)
        network.eval()

    def describe(self):
        return self.shape


class Model(zoo.FromLatent):
    def __init__(self, network, device, dtype):
        super().__init__(device, dtype)
        self.network = network.to(device, dtype)

    def latent_shape(self, size):
        return (self.network.width,)

    def decode(self, z, *, condition, options):
        return self.network(z, condition)
