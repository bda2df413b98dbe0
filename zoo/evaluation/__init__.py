"""Evaluating generated pictures.

- ``frechet``, ``kernel``, ``precision_recall`` …: measures, pure functions of feature arrays, one
  idea a file; ``measuring`` loads those that are registered
- ``extractor``, ``sets``, ``cache``, ``reference``: what sees pictures, and which
- ``running``: from names to evaluations; ``engine``, ``half_samples``: scores with intervals;
  ``shown``, ``notes``: what is printed beside them; ``result``, ``comparison``: what comes out
"""
