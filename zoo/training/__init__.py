"""Training: one loop for every family. ``zoo.training.start`` is the way in from Python."""
