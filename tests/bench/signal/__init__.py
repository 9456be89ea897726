"""How good the judgement is, on events that it has not learned from: `python -m tests.bench.signal [PART ...]`."""
