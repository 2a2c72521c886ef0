"""The way from `helm install` to the first alert, as deploy/README.md tells it, is one that works."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from fetcher.sources import load_catalogue
from stance_classifier.watchlist import load_watchlist
from stancewatch_schemas.topics import TOPICS

from tests.deploy.conftest import (
    CHART,
    NEWEST_KUBERNETES,
    REPOSITORY,
    Manifest,
    environment,
    helm,
    need,
    one,
)
from tests.deploy.expressions import METRIC, rules

README = REPOSITORY / "deploy/README.md"
PAGES = [README, *sorted((REPOSITORY / "deploy/runbooks").glob("*.md"))]
BLOCK = re.compile(r"(?:^    .*\n|^\n)+", re.M)


def blocks() -> list[str]:
    """The indented examples."""
    found = BLOCK.findall(README.read_text(encoding="utf-8"))
    return [textwrap.dedent(each).strip() for each in found if each.strip()]


def values_in_the_readme() -> dict[str, Any]:
    """my-values.yaml, with the second reader's block laid over it."""
    values: dict[str, Any] = yaml.safe_load(next(each for each in blocks() if each.startswith("image:")))
    judge = yaml.safe_load(next(each for each in blocks() if each.startswith("classifier:\n  judge:")))
    values["classifier"].update(judge["classifier"])
    return values


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[Manifest]:
    file = tmp_path_factory.mktemp("values") / "my-values.yaml"
    file.write_text(yaml.safe_dump(values_in_the_readme()), encoding="utf-8")
    done = helm(3, "template", "stancewatch", CHART, "--kube-version", NEWEST_KUBERNETES, "--values", file)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def test_the_example_values_render_and_the_services_accept_their_files(
    objects: list[Manifest], tmp_path: Path
) -> None:
    for name in ("sources", "watchlist"):
        text = one(objects, "ConfigMap", f"stancewatch-{name}")["data"][f"{name}.yaml"]
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert list(load_catalogue(tmp_path).sources) == ["my-paper"]
    assert [each.id for each in load_watchlist(tmp_path / "watchlist.yaml").issues] == ["bridge"]


def test_every_secret_that_pods_name_is_created_in_step_2(objects: list[Manifest]) -> None:
    created = set(re.findall(r"create secret generic (\S+)", README.read_text(encoding="utf-8")))
    for service in ("fetcher", "classifier", "alerting", "timeline"):
        deployment = one(objects, "Deployment", f"-{service}")
        variables = [each.get("valueFrom", {}) for each in environment(deployment).values()]
        named = {each["secretKeyRef"]["name"] for each in variables if "secretKeyRef" in each}
        volumes = deployment["spec"]["template"]["spec"]["volumes"]
        named |= {each["secret"]["secretName"] for each in volumes if "secret" in each}
        assert named <= created, service


def test_a_deployment_is_called_as_the_commands_call_it(objects: list[Manifest]) -> None:
    names = {each["metadata"]["name"] for each in objects if each["kind"] == "Deployment"}
    for page in PAGES:
        for called in re.findall(r"deploy/(stancewatch-[a-z]+)", page.read_text(encoding="utf-8")):
            assert called in names, page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for script in re.findall(r"`((?:deploy|tests)/[\w./-]+\.(?:py|sh|txt|yaml))", text):
        assert (REPOSITORY / script).exists(), script
    known = (REPOSITORY / "services/shared/src/stancewatch_shared/metrics.py").read_text(encoding="utf-8")
    for metric in METRIC.findall(text):
        assert f'"{metric.removesuffix("_bucket")}' in known, metric
    for alert in re.findall(r"`(Stancewatch[A-Z]\w+)`", text):
        assert alert in {rule.get("alert") for rule in rules()}, alert
    for path in re.findall(
        r"`((?:fetcher|classifier|alerting|timeline|kafka|topics|monitoring)\.[\w.]+)", text
    ):
        values: Any = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
        for key in path.rstrip(".").split("."):
            assert isinstance(values, dict), path
            assert key in values, path
            values = values[key]


def test_topics_are_called_by_their_names() -> None:
    text = README.read_text(encoding="utf-8")
    for name in re.findall(r"--topic (?:v2-)?([a-z-]+)", text):
        assert name in TOPICS, name


def test_every_stancewatch_command_of_the_pages_is_there() -> None:
    called = {
        tuple(each.split())
        for page in PAGES
        for each in re.findall(
            r"`stancewatch ([a-z]+(?: [a-z]+(?![\w./-]))?)", page.read_text(encoding="utf-8")
        )
    }
    unknown = [each for each in sorted(called) if not answers_help(each)]
    assert len(called) > 5
    assert unknown == []


def answers_help(words: tuple[str, ...]) -> bool:
    """Whether the words name a command; the last may be an argument (`dlq list TOPIC`)."""
    program = str(Path(sys.executable).parent / "stancewatch")
    return subprocess.run([program, *words, "--help"], capture_output=True, check=False).returncode == 0


def test_every_query_of_the_runbooks_parses(tmp_path: Path) -> None:
    queries = [
        each
        for page in PAGES
        for each in re.findall(r"`([^`\n]*stancewatch_[^`\n]*)`", page.read_text(encoding="utf-8"))
        if not re.search(r"\{\w+(, \w+)*\}", each)
    ]
    rules_of_pages = [{"record": f"query_{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.yaml"
    file.write_text(
        yaml.safe_dump({"groups": [{"name": "pages", "rules": rules_of_pages}]}), encoding="utf-8"
    )
    command = [need("promtool", "prometheus"), "check", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert len(queries) > 5
    assert done.returncode == 0, done.stderr
