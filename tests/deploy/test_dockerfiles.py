"""What every Dockerfile keeps to."""

from __future__ import annotations

import re

import pytest

from tests.deploy.conftest import REPOSITORY

FILES = {
    "fetcher": REPOSITORY / "services/fetcher/Dockerfile",
    "classifier": REPOSITORY / "services/stance_classifier/Dockerfile",
    "alerting": REPOSITORY / "services/alerting/Dockerfile",
    "timeline": REPOSITORY / "services/timeline/Dockerfile",
}


@pytest.mark.parametrize("service", FILES)
def test_conventions(service: str) -> None:
    text = FILES[service].read_text(encoding="utf-8")
    assert re.search(r"^ARG PYTHON_IMAGE=\S+@sha256:[0-9a-f]{64}$", text, re.M), "a base pinned by digest"
    assert text.count("FROM ${PYTHON_IMAGE}") == 2, "two stages"
    assert "--require-hashes --no-deps" in text
    assert "\nUSER 10001:10001\n" in text
    assert f'\nENTRYPOINT ["stancewatch-{service}"]\n' in text, "exec form: SIGTERM reaches the service"
    assert "ORT_DISABLE_TELEMETRY=1 HF_HUB_OFFLINE=1" in text


def test_all_services_share_one_base() -> None:
    bases = {
        re.search(r"^ARG PYTHON_IMAGE=(\S+)$", f.read_text(encoding="utf-8"), re.M)[1] for f in FILES.values()
    }  # type: ignore[index]
    assert len(bases) == 1


def test_a_hub_model_can_be_baked_in() -> None:
    text = FILES["classifier"].read_text(encoding="utf-8")
    assert 'ARG HUB_MODEL=""' in text
    assert "COPY --from=build /models /models" in text
