"""Trains the attribution tagger: `make train-attribution` (see ../README.md)."""
