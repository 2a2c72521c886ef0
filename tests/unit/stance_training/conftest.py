"""The training package is no installed package: these tests find it in its folder (none of them needs torch)."""

import sys
from pathlib import Path

TRAINING = Path(__file__).parents[3] / "services" / "stance_classifier" / "training"

if str(TRAINING) not in sys.path:
    sys.path.insert(0, str(TRAINING))
