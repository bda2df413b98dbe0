"""Measures for ``zoo evaluate``: distances, fidelity and variety, labels, copies, spectra."""
