"""A change of the rendered chart is seen in review: UPDATE_GOLDEN=1 pytest tests/deploy/test_chart_golden.py writes anew."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import CHART, REPOSITORY, helm, manifests, rendered_text

GOLDEN = Path(__file__).parent / "golden"
# What must never change between versions: Kubernetes refuses it, or data would be orphaned.
IMMUTABLE = GOLDEN / "immutable.json"


@pytest.mark.parametrize("case", ["minimal", "sasl-tls-slack"])
def test_the_render_is_the_reviewed_one(case: str) -> None:
    # The chart's version stands in every label; it alone is no change.
    text = re.sub(r"helm.sh/chart: .*|app.kubernetes.io/version: .*", "", rendered_text(case))
    compare(GOLDEN / f"{case}.yaml", re.sub(r"[ \t]+\n", "\n", text))


def test_what_kubernetes_does_not_let_change_has_not_changed() -> None:
    """Upgrades: selectors, names and the topics' partitions are those of version 0.1.0."""
    kept = {}
    for each in manifests("minimal"):
        name = f"{each['kind']}/{each['metadata']['name']}"
        if each["kind"] == "Deployment":
            kept[name] = each["spec"]["selector"]
        elif each["kind"] == "Service":
            kept[name] = {"selector": each["spec"]["selector"], "ports": each["spec"]["ports"]}
    topics = {
        e["metadata"]["name"]: e["spec"]["partitions"]
        for e in manifests("strimzi")
        if e["kind"] == "KafkaTopic"
    }
    compare(IMMUTABLE, json.dumps({"objects": kept, "partitions": topics}, indent=2, sort_keys=True) + "\n")


def notes(tmp_path: Path, case: str, *more: str) -> str:
    """NOTES.txt as helm would print it (helm template leaves it out)."""
    chart = tmp_path / "chart"
    shutil.copytree(CHART, chart)
    text = (chart / "templates/NOTES.txt").read_text(encoding="utf-8")
    (chart / "notes-source").write_text(text, encoding="utf-8")
    shown = '\nkind: Notes\ntext: {{ tpl (.Files.Get "notes-source") . | quote }}\n'
    (chart / "templates/shown.yaml").write_text(shown, encoding="utf-8")
    values = CHART / "ci" / f"{case}-values.yaml"
    shown_only = ["-s", "templates/shown.yaml", *more]
    done = helm(3, "template", "rel", chart, "--kube-version", "1.37.0", "-f", values, *shown_only)
    assert done.returncode == 0, done.stderr
    text_shown: str = yaml.safe_load(done.stdout)["text"]
    return text_shown


def test_the_notes_say_what_is_missing(tmp_path: Path) -> None:
    text = notes(tmp_path, "minimal")
    for missing in ("Sources:", "Watchlist:", "Receivers:", "Links:", "Verdicts:", "Durability:", "Metrics:"):
        assert missing in text


def test_the_notes_do_not_nag_about_what_is_there(tmp_path: Path) -> None:
    text = notes(tmp_path, "sasl-tls-slack")
    for present in ("Receivers:", "Links:", "Verdicts:", "Durability:"):
        assert present not in text


def test_the_notes_say_that_a_judge_cannot_be_reached(tmp_path: Path) -> None:
    judge = {"enabled": True, "baseUrl": "http://vllm:8000/v1", "model": "m"}
    setting = f"classifier={json.dumps({'judge': judge})}"
    assert "Judge:" in notes(tmp_path, "minimal", "--set-json", setting)
    assert "Judge:" not in notes(tmp_path / "other", "sasl-tls-slack")


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ('fetcher={"sources":{"contact":"ann@example.org","sources":[]}}', "Sources: none"),
        ('classifier={"autoscaling":{"keda":{"enabled":true}}}', "KEDA:"),
        ('monitoring={"prometheusRule":{"enabled":true,"runbookBaseUrl":""}}', "Runbooks:"),
    ],
)
def test_the_notes_say_what_would_not_work(tmp_path: Path, setting: str, word: str) -> None:
    assert word in notes(tmp_path, "sasl-tls-slack", "--set-json", setting)
    assert word not in notes(tmp_path / "other", "sasl-tls-slack")


def test_the_notes_say_that_strimzis_passwords_lie_in_another_namespace(tmp_path: Path) -> None:
    assert "Users:" in notes(tmp_path, "strimzi", "--set", "strimzi.namespace=kafka")
    assert "Users:" not in notes(tmp_path / "other", "strimzi")


def test_the_notes_name_the_config_map_that_sources_come_from(tmp_path: Path) -> None:
    text = notes(tmp_path, "minimal", "--set", "fetcher.existingConfigMap=my-sources")
    assert "reads the sources of ConfigMap my-sources" in text


def compare(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, (
        f"see the difference, then UPDATE_GOLDEN=1 ({path.relative_to(REPOSITORY)})"
    )
