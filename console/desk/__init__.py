"""The full-screen desk: reads the cache, shows it, and turns keys into commands."""
