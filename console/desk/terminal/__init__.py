"""The screen on its way to the operator's terminal, over whatever link lies between."""
