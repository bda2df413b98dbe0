"""Pipelines of the diffusers library, by reference or already built, each picture sealed."""

from __future__ import annotations

from .sealing import SealedPipeline, sealed

__all__ = ["SealedPipeline", "sealed"]
