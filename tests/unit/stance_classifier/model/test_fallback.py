"""When the model that was asked for can't be loaded: end, or read with the bundled one and say so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from prometheus_client import REGISTRY
from stance_classifier.model.base import StanceModel
from stance_classifier.model.fallback import load_or_fall_back
from stancewatch_shared.errors import UserError

from tests.unit.stance_classifier.model.test_bundled import BACKS
from tests.unit.stance_classifier.model.tiny_model import write_bundle


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    return {"STANCEWATCH_MODEL_DIR": str(write_bundle(tmp_path, BACKS))}


def fell_back() -> float | None:
    return REGISTRY.get_sample_value("stancewatch_model_fell_back")


def test_the_model_that_was_asked_for_reads(environment: dict[str, str]) -> None:
    assert load_or_fall_back("bundled", environment, "bundled").name == "tiny"
    assert fell_back() == 0
    assert REGISTRY.get_sample_value("stancewatch_model_info", {"kind": "bundled", "version": "7"}) == 1


def test_the_bundled_model_stands_in_for_a_hub_model_and_is_told(
    environment: dict[str, str], tmp_path
) -> None:
    model = load_or_fall_back(f"hub:{tmp_path / 'absent'}", environment, "bundled")

    assert model.name == "tiny"
    assert fell_back() == 1


def test_by_default_nothing_stands_in(environment: dict[str, str], tmp_path) -> None:
    with pytest.raises(UserError, match="can't load hub model"):
        load_or_fall_back(f"hub:{tmp_path / 'absent'}", environment, "none")


def test_a_misspelt_model_is_never_replaced(environment: dict[str, str]) -> None:
    with pytest.raises(UserError, match="unknown stance model"):
        load_or_fall_back("hbu:some/model", environment, "bundled")


def test_a_broken_file_is_a_users_error_too(environment: dict[str, str]) -> None:
    def load(_spec: str, _environment: Mapping[str, str]) -> StanceModel:
        raise RuntimeError("protobuf parsing failed")

    with pytest.raises(UserError, match="protobuf parsing failed"):
        load_or_fall_back("hub:broken", environment, "none", load)
