"""The model a service reads with: the one that was asked for, or the bundled one in its place, which is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from stancewatch_shared import metrics
from stancewatch_shared.errors import UserError
from stancewatch_shared.logs import get_logger

from stance_classifier.model.base import StanceModel
from stance_classifier.model.load import DEFAULT_SPEC, load_model

Fallback = Literal["none", "bundled"]
Load = Callable[[str, Mapping[str, str]], StanceModel]


def load_or_fall_back(
    spec: str, environment: Mapping[str, str], fallback: Fallback, load: Load = load_model
) -> StanceModel:
    """The model that `spec` names; where a hub model can't be loaded and `fallback` allows it, the bundled one.

    Says by `stancewatch_model_info` what reads, and by `stancewatch_model_fell_back` whether it was asked for.
    Only a hub model is replaced: a misspelt spec is told, and a judge is asked question by question.

    Raises:
        UserError: the spec names no model, or the model can't be loaded and nothing stands in for it.
    """
    kind = spec.strip().partition(":")[0]
    fell_back = False
    try:
        model = load(spec, environment)
    except Exception as error:
        reason = error.reason if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        if kind != "hub" or fallback == "none":
            if isinstance(error, UserError):
                raise
            raise UserError(f"the stance model {spec!r} can't be loaded ({reason})") from error
        get_logger().error("model_fell_back", wanted=spec, reason=reason)
        model, kind, fell_back = load(DEFAULT_SPEC, environment), DEFAULT_SPEC, True
    metrics.MODEL_FELL_BACK.set(fell_back)
    metrics.MODEL_INFO.labels(kind, model.version).set(1)
    get_logger().info("model_loaded", model=model.name, version=model.version)
    return model
