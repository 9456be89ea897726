"""Pictures: values in, messages out. Imports nothing of console or feeds; each runs alone for a look."""
