"""Judges: classifiers trained here, whose labels and features evaluation and rewards use."""
