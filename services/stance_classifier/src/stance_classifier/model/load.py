"""A model from its spec: `bundled`, `bundled:<folder>`, `hub:<id or folder>`, `judge:<model>@<url>`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from stancewatch_shared.errors import UserError

from stance_classifier.model.base import StanceModel

DEFAULT_SPEC = "bundled"


def load_model(spec: str = DEFAULT_SPEC, environment: Mapping[str, str] | None = None) -> StanceModel:
    """The model that a spec names; heavy parts are loaded at the first question.

    `bundled` is the folder in STANCEWATCH_MODEL_DIR where that is set, else the one in the package. The
    judge takes its key from STANCEWATCH_JUDGE_API_KEY, its cache file from STANCEWATCH_JUDGE_CACHE, its
    time limit (seconds) and budget (requests) from STANCEWATCH_JUDGE_TIMEOUT_S and
    STANCEWATCH_JUDGE_MAX_REQUESTS. The bundled model uses STANCEWATCH_MODEL_THREADS threads (default: all cores).

    Raises:
        UserError: the spec names no model, or the model can't be loaded.
    """
    env = os.environ if environment is None else environment
    kind, _, rest = spec.strip().partition(":")
    if kind == "bundled":
        return _bundled(rest, env)
    if kind == "hub" and rest:
        from stance_classifier.model.hub import load_hub_model

        return load_hub_model(rest)
    if kind == "judge" and "@" in rest:
        return _judge(rest, env)
    raise UserError(
        f"unknown stance model {spec!r}: use `bundled`, `bundled:<folder>`, `hub:<id or folder>`"
        " or `judge:<model>@<base url>`"
    )


def _bundled(folder: str, env: Mapping[str, str]) -> StanceModel:
    from stance_classifier.model.bundled import BUNDLED_DIR, BundledModel

    chosen = folder or env.get("STANCEWATCH_MODEL_DIR") or ""
    # In a container onnxruntime sees the machine's cores, not the limit: the chart hands the limit in.
    threads = int(_number(env, "STANCEWATCH_MODEL_THREADS", 1)) if env.get("STANCEWATCH_MODEL_THREADS") else 0
    return BundledModel(Path(chosen) if chosen else BUNDLED_DIR, threads)


def _judge(rest: str, env: Mapping[str, str]) -> StanceModel:
    from stance_classifier.model.judge import JudgeModel, JudgeSettings

    model, _, base_url = rest.partition("@")
    if not model or not base_url.startswith(("http://", "https://")):
        raise UserError(
            f"judge {rest!r}: give a model and an http(s) address, e.g. judge:llama3@http://localhost:11434/v1"
        )
    cache = env.get("STANCEWATCH_JUDGE_CACHE")
    settings = JudgeSettings(
        base_url,
        model,
        api_key=env.get("STANCEWATCH_JUDGE_API_KEY"),
        timeout_s=_number(env, "STANCEWATCH_JUDGE_TIMEOUT_S", 20.0),
        max_requests=int(_number(env, "STANCEWATCH_JUDGE_MAX_REQUESTS", 200)),
        cache_path=Path(cache) if cache else None,
    )
    try:
        return JudgeModel(settings)
    except (OSError, sqlite3.Error) as error:
        raise UserError(f"STANCEWATCH_JUDGE_CACHE: {cache} can't be used ({error})") from None


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(env.get(name) or default)
    except ValueError:
        value = 0.0
    if value <= 0:
        raise UserError(f"{name} is not a positive number: {env.get(name)!r}")
    return value
