"""watchfloor decides, remembers and wires here; pictures are in `widgets`, the network is in `feeds`."""
