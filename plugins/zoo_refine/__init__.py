"""Noise refinement: generators that turn noise into a picture in steps."""
