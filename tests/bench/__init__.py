"""Benchmarks, run by hand: `python -m tests.bench`. Every line is a ratio within one run."""
