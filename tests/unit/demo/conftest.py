"""deploy/demo is a folder of scripts: put it on the path for these tests."""

from __future__ import annotations

import sys
from pathlib import Path

DEMO = str(Path(__file__).resolve().parents[3] / "deploy" / "demo")
if DEMO not in sys.path:
    sys.path.append(DEMO)
