"""From every released version of the chart (upgrades/*.tgz) to this one, with the values of its users.

To be done with each release: `helm package deploy/helm/stancewatch -d tests/deploy/upgrades`.
"""

from __future__ import annotations

import tarfile
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from tests.deploy.conftest import CHART, NEWEST_KUBERNETES, Manifest, helm

UPGRADES = Path(__file__).parent / "upgrades"
RELEASES = sorted(path.stem.removeprefix("stancewatch-") for path in UPGRADES.glob("*.tgz"))
USERS = sorted(UPGRADES.glob("*.yaml"))
# Fields that Kubernetes does not let an upgrade change (or that would orphan what belongs to the object).
FIXED = {
    "Deployment": lambda each: each["spec"]["selector"],
    "Service": lambda each: (each["spec"]["type"], each["spec"]["selector"]),
    "PodDisruptionBudget": lambda each: each["spec"]["selector"],
    "KafkaTopic": lambda each: (each["spec"]["topicName"], each["spec"]["partitions"]),
}


def render(chart: Path, values: Path) -> dict[str, Manifest]:
    """kind/name -> object."""
    done = helm(
        3, "template", "rel", chart, "--kube-version", NEWEST_KUBERNETES, "-f", values, "--is-upgrade"
    )
    assert done.returncode == 0, done.stderr
    objects = [each for each in yaml.safe_load_all(done.stdout) if each]
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in objects}


@pytest.fixture(params=[(r, u) for r in RELEASES for u in USERS if u.stem.startswith(r)], ids=str)
def upgrade(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """(released chart, values of one of its users)."""
    release, values = request.param
    with tarfile.open(UPGRADES / f"stancewatch-{release}.tgz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "stancewatch", values


def test_there_is_a_released_version_to_upgrade_from() -> None:
    current = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["version"]
    assert RELEASES
    assert current not in RELEASES, "a released chart does not change any more: raise its version"


def test_nothing_that_must_stay_changes(upgrade: tuple[Path, Path]) -> None:
    old, new = render(*upgrade), render(CHART, upgrade[1])
    assert set(old) <= set(new), "an object would be deleted"
    for name, before in old.items():
        fixed = FIXED.get(before["kind"])
        if fixed is not None:
            assert fixed(new[name]) == fixed(before), name


def test_users_settings_reach_the_services_as_before(upgrade: tuple[Path, Path]) -> None:
    """Variables may be added by a version; none is lost or means something else."""
    old, new = render(*upgrade), render(CHART, upgrade[1])
    for name, before in old.items():
        if before["kind"] == "Deployment":
            kept = {each["name"]: each for each in container(new[name])["env"]}
            for variable in container(before)["env"]:
                assert kept[variable["name"]] == variable, name
            assert container(new[name])["volumeMounts"] == container(before)["volumeMounts"]


def test_helm_upgrade_with_reuse_values_works(upgrade: tuple[Path, Path], tmp_path: Path) -> None:
    """--reuse-values keeps the old version's defaults: values that are new are then missing altogether."""
    chart = tmp_path / "reused"
    copytree(CHART, chart)
    (chart / "values.yaml").write_bytes((upgrade[0] / "values.yaml").read_bytes())
    assert set(render(*upgrade)) <= set(render(chart, upgrade[1]))


def container(deployment: Manifest) -> Any:
    return deployment["spec"]["template"]["spec"]["containers"][0]
