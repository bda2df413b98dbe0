"""Manifests that a picture only points at: fetched when asked, from public addresses alone."""
