"""One file per channel; base.py says what a channel owes."""
