"""Whose fault an exception is: the record's, or ours."""

from __future__ import annotations

# What code raises about the content in its hands. The record becomes a dead letter and blocks nobody; where most
# records do, the outbox stops the process. Anything else (no memory, a file that is gone) ends it at once.
ABOUT_THE_RECORD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
