"""Make the JSON Schemas of this folder from published CRDs: extract.py CRD.yaml...

Only what the API server checks is kept (no descriptions, no status). The CRDs come from the Go modules
github.com/prometheus-operator/prometheus-operator v0.85.0 and github.com/kedacore/keda/v2 v2.21.0 (both Apache-2.0).
kafkatopic.json and kafkauser.json are written by hand from Strimzi's reference, since no package carries them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

DROPPED = {
    "description",
    "status",
    "x-kubernetes-validations",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
}


def closed(node: Any, *, is_properties: bool = False) -> Any:
    """The schema without prose; objects refuse keys the CRD does not know, as `kubectl --validate=strict` does."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    if is_properties:
        return {name: closed(value) for name, value in node.items()}
    kept = {
        key: closed(value, is_properties=key == "properties")
        for key, value in node.items()
        if key not in DROPPED
    }
    if kept.pop("x-kubernetes-int-or-string", False):
        kept.pop("type", None)
        kept.pop("anyOf", None)
        kept["type"] = ["integer", "string"]
    if "pattern" in kept and "(?i)" in str(kept["pattern"]):
        del kept["pattern"]  # Go's flag in mid-pattern is no regular expression elsewhere
    open_ended = kept.pop("x-kubernetes-preserve-unknown-fields", False) or "additionalProperties" in kept
    if "properties" in kept and not open_ended:
        kept["additionalProperties"] = False
    return kept


def main() -> None:
    for name in sys.argv[1:]:
        crd = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
        version = next(each for each in crd["spec"]["versions"] if each["storage"])
        schema = closed({**version["schema"]["openAPIV3Schema"]})
        schema["properties"].pop("status", None)
        schema["properties"]["metadata"] = {"type": "object"}
        schema["$comment"] = (
            f"{crd['spec']['group']}/{version['name']} {crd['spec']['names']['kind']}; see extract.py"
        )
        target = Path(__file__).parent / f"{crd['spec']['names']['kind'].lower()}.json"
        target.write_text(json.dumps(schema, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
