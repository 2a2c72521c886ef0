"""kubernetes-validate's schemas with a validator kept per version and kind: its own validate() reads 2 MB a call."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jsonschema
from kubernetes_validate.utils import all_versions, schema_contents
from referencing import Registry, Resource


def errors(manifest: dict[str, Any], version: str) -> list[str]:
    """What Kubernetes `version` (1.37) finds wrong in an object; unknown keys are wrong."""
    return [
        f"{manifest['kind']}/{manifest['metadata']['name']} {error.json_path}: {error.message[:200]}"
        for error in validator(manifest["apiVersion"], manifest["kind"], version).iter_errors(manifest)
    ]


@cache
def folder(version: str) -> str:
    """The schemas of the newest patch release of a version."""
    found = [each for each in all_versions() if each.startswith(f"{version}.")]
    assert found, f"no schemas of Kubernetes {version}"
    return f"kubernetes-json-schema/v{found[-1]}-local-strict"


@cache
def definitions(version: str) -> Any:
    """The types that all kinds share."""
    resource: Any = Resource.from_contents(schema_contents(f"{folder(version)}/_definitions.json", version))
    return resource @ Registry()


@cache
def validator(api_version: str, kind: str, version: str) -> jsonschema.Draft202012Validator:
    """The strict validator of a kind."""
    api = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    schema = schema_contents(f"{folder(version)}/{kind.lower()}-{api}.json", version)
    registry = Resource.from_contents(schema) @ definitions(version)
    return jsonschema.Draft202012Validator(schema, registry=registry)
