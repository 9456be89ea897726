"""How good the judgement is on events it has not learned from: `python -m tests.bench.signal [PART ...]`."""
