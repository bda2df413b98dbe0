"""Variational autoencoders with a learned prior."""
