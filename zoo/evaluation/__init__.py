"""Measures of generated pictures: pure functions of feature arrays, one idea a file."""
