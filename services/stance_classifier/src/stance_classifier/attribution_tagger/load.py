"""The tagger that the environment names; it is loaded at its first question."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stancewatch_shared.errors import UserError

from stance_classifier.attribution_tagger.base import AttributionTagger

VARIABLE = "STANCEWATCH_ATTRIBUTION_TAGGER"
BUNDLED_DIR = Path(__file__).parent / "bundled"


def load_tagger(environment: Mapping[str, str] | None = None) -> AttributionTagger | None:
    """The folder in STANCEWATCH_ATTRIBUTION_TAGGER where that is set, else the one in the package; None for `none`, and
    where the package holds none: the rules then work alone.

    It uses STANCEWATCH_MODEL_THREADS threads (default: all cores), as the bundled stance model does.

    Raises:
        UserError: the folder holds no tagger.
    """
    env = os.environ if environment is None else environment
    given = env.get(VARIABLE, "")
    if given == "none":
        return None
    directory = Path(given) if given else BUNDLED_DIR
    if not (directory / "model.onnx").is_file():
        if not given:
            return None
        raise UserError(f"no attribution tagger in {directory}: set {VARIABLE} to its folder, or to `none`")
    from stance_classifier.attribution_tagger.onnx_tagger import OnnxTagger

    threads = env.get("STANCEWATCH_MODEL_THREADS", "")
    return OnnxTagger(directory, int(threads) if threads.isdigit() else 0)
