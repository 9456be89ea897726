"""Scripts that learn the weights intake ships with, from named data: `python -m tests.training NAME`."""
