"""Every object fits the schema of its API, in every supported Kubernetes version; unknown keys are errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.deploy.conftest import MATRIX, Manifest, manifests
from tests.deploy.kubernetes_schemas import errors

CRDS = Path(__file__).parent / "crds"
KUBERNETES_VERSIONS = [f"1.{minor}" for minor in range(28, 38)]


def is_custom(manifest: Manifest) -> bool:
    return "." in manifest["apiVersion"].partition("/")[0] and not manifest["apiVersion"].partition("/")[
        0
    ].endswith(".k8s.io")


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_kubernetes_accepts_every_object(version: str) -> None:
    different = {json.dumps(each, sort_keys=True) for case in MATRIX for each in manifests(case)}
    objects = [json.loads(each) for each in different]
    assert [error for each in objects if not is_custom(each) for error in errors(each, version)] == []


def test_an_unknown_key_is_seen() -> None:
    """The gate can fail: strict means that a misspelt key is refused."""
    deployment = next(each for each in manifests("minimal") if each["kind"] == "Deployment")
    broken = json.loads(json.dumps(deployment))
    broken["spec"]["template"]["spec"]["automountServiceAccountTokn"] = False
    assert errors(broken, "1.37")


@pytest.mark.parametrize("case", MATRIX)
def test_the_operators_accept_every_custom_object(case: str) -> None:
    for manifest in manifests(case):
        if is_custom(manifest):
            jsonschema.validate(manifest, crd_schema(manifest["kind"]))


def test_the_matrix_covers_every_custom_kind() -> None:
    kinds = {each["kind"] for case in MATRIX for each in manifests(case) if is_custom(each)}
    assert kinds == {
        "ServiceMonitor",
        "PodMonitor",
        "PrometheusRule",
        "ScaledObject",
        "KafkaTopic",
        "KafkaUser",
    }


def crd_schema(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((CRDS / f"{kind.lower()}.json").read_text(encoding="utf-8"))
    return schema
