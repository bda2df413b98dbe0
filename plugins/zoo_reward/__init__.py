"""Rewards for ``zoo tune``: label confidence, sharpness, colourfulness and learnt preference."""
