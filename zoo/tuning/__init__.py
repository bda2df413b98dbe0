"""Tuning: a trained model's pictures made to score higher in a reward."""
