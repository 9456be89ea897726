"""Scripts that learn the weights which intake ships with, from named public data: `python -m tests.training NAME`."""
