"""Rewards for ``zoo tune``: label confidence, sharpness and colourfulness."""
