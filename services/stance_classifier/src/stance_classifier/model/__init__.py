"""Stance models: one question, three kinds of reader behind one interface (see README.md)."""
