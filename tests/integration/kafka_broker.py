"""Access to deploy/kafka-local from tests (a folder of scripts, no package)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def load_broker() -> Any:
    """The module deploy/kafka-local/broker.py."""
    folder = str(REPOSITORY / "deploy" / "kafka-local")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("broker")
    finally:
        sys.path.remove(folder)
