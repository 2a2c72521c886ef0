"""Everything that runs fits Kubernetes' "restricted" pod security, writes nothing but /tmp, and has no token."""

from __future__ import annotations

import pytest

from tests.deploy.conftest import MATRIX, manifests, one, pod_specs

SETTLED_VOLUMES = {"emptyDir", "configMap", "secret", "persistentVolumeClaim"}


@pytest.mark.parametrize("case", MATRIX)
def test_restricted_pod_security(case: str) -> None:
    for name, spec in pod_specs(manifests(case)):
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert security["runAsUser"] == 10001, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not spec.get("hostNetwork"), name
        assert not spec.get("hostPID"), name
        for container in spec["containers"]:
            inner = container["securityContext"]
            assert inner["allowPrivilegeEscalation"] is False, name
            assert inner["capabilities"] == {"drop": ["ALL"]}, name
            assert not any("hostPort" in port for port in container.get("ports", [])), name
        for volume in spec.get("volumes", []):
            assert set(volume) - {"name"} <= SETTLED_VOLUMES, name


@pytest.mark.parametrize("case", MATRIX)
def test_the_root_is_read_only_and_no_token_is_mounted(case: str) -> None:
    objects = manifests(case)
    for name, spec in pod_specs(objects):
        assert spec["automountServiceAccountToken"] is False, name
        assert all(c["securityContext"]["readOnlyRootFilesystem"] for c in spec["containers"]), name
    for account in (each for each in objects if each["kind"] == "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


@pytest.mark.parametrize("case", MATRIX)
def test_everything_that_runs_has_requests_and_probes(case: str) -> None:
    for name, spec in pod_specs(manifests(case)):
        for container in spec["containers"]:
            assert "cpu" in container["resources"]["requests"], name
            if name.startswith("Deployment/"):
                assert container["livenessProbe"]["httpGet"]["path"] == "/healthz", name
                assert container["readinessProbe"]["httpGet"]["path"] == "/readyz", name
                assert container["startupProbe"]["httpGet"]["path"] == "/healthz", name


@pytest.mark.parametrize("case", MATRIX)
def test_the_chart_holds_no_secret(case: str) -> None:
    assert not [each for each in manifests(case) if each["kind"] == "Secret"]


def test_kafka_credentials_come_from_files_and_secrets() -> None:
    spec = one(manifests("sasl-tls-slack"), "Deployment", "-fetcher")["spec"]["template"]["spec"]
    env = {each["name"]: each for each in spec["containers"][0]["env"]}
    assert env["KAFKA_SASL_USERNAME"]["valueFrom"]["secretKeyRef"]["name"] == "kafka-credentials"
    assert env["KAFKA_SASL_PASSWORD_FILE"]["value"] == "/etc/stancewatch/kafka-sasl/password"
    assert "KAFKA_SASL_PASSWORD" not in env
    mounted = {
        volume["name"]: volume["secret"]["secretName"] for volume in spec["volumes"] if "secret" in volume
    }
    assert mounted == {
        "kafka-sasl": "kafka-credentials",
        "kafka-ca": "kafka-ca",
        "kafka-client": "kafka-client",
    }
