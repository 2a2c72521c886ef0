from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest
from stancewatch_shared.errors import UserError
from stancewatch_shared.health import HealthServer


def get(server: HealthServer, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def well() -> Mapping[str, str | None]:
    return {"kafka": None}


def broken() -> Mapping[str, str | None]:
    return {"kafka": "no broker answers", "watchlist": None}


def test_a_service_whose_checks_pass_is_ready() -> None:
    with HealthServer("127.0.0.1", 0, well) as server:
        assert get(server, "/readyz")[0] == 200


def test_a_failing_check_makes_it_unready_and_is_named() -> None:
    with HealthServer("127.0.0.1", 0, broken) as server:
        status, body = get(server, "/readyz")
    assert (status, json.loads(body)["failing"]) == (503, {"kafka": "no broker answers"})


def test_an_unready_service_is_still_alive() -> None:
    with HealthServer("127.0.0.1", 0, broken) as server:
        assert get(server, "/healthz")[0] == 200


def test_liveness_can_have_checks_of_its_own() -> None:
    with HealthServer("127.0.0.1", 0, well, alive=broken) as server:
        assert get(server, "/healthz")[0] == 503


def test_metrics_are_served() -> None:
    with HealthServer("127.0.0.1", 0, well) as server:
        status, body = get(server, "/metrics")
    assert status == 200
    assert "stancewatch_records_total" in body


def test_an_unknown_page_says_which_there_are() -> None:
    with HealthServer("127.0.0.1", 0, well) as server:
        assert get(server, "/x") == (404, "try /metrics, /healthz or /readyz\n")


def test_a_taken_port_says_which_variable_to_change() -> None:
    with (
        HealthServer("127.0.0.1", 0, well) as server,
        pytest.raises(UserError, match="STANCEWATCH_HTTP_PORT"),
    ):
        HealthServer("127.0.0.1", server.port, well)
