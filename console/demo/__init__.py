"""`watchfloor demo`: an invented town on an invented evening, offline, through the real service and desk."""
