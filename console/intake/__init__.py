"""Post in, judgement out: pure, without database, network or screen."""
