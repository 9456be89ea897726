"""Everything that touches the network, both ways. Imports nothing of console or widgets."""
