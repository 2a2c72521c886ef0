"""Stancewatch on one machine: a broker, the topics, the services, each ready before the next step."""

from __future__ import annotations

import importlib
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supervisor import Service, Supervisor

REPOSITORY = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
READY_WITHIN_SECONDS = 180.0  # a busy small machine; 15 on an idle one
USUAL_PORTS = {
    "fetcher": 8101,
    "classifier": 8102,
    "alerting": 8103,
    "timeline": 8104,
    "alerting-public": 8113,
}


def load_broker() -> Any:
    """deploy/kafka-local/broker.py (a folder of scripts, no package)."""
    sys.path.insert(0, str(REPOSITORY / "deploy" / "kafka-local"))
    return importlib.import_module("broker")


@dataclass(frozen=True)
class Plan:
    """What is run: the user's files, where things are kept, and what else the services are told."""

    run_folder: Path
    sources: Path
    watchlist: Path
    routes: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    log_format: str = "json"


def port_is_free(port: int) -> bool:
    """Whether a service could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_ports(is_free: Callable[[int], bool], free_port: Callable[[], int]) -> dict[str, int]:
    """The usual port of each service, or a free one where that is taken."""
    return {name: port if is_free(port) else free_port() for name, port in USUAL_PORTS.items()}


def services_of(plan: Plan, kafka_servers: str, ports: Mapping[str, int]) -> list[Service]:
    """The services in the order of the flow's end: who reads is there before who writes."""
    timeline_url = f"http://127.0.0.1:{ports['timeline']}"
    own: dict[str, dict[str, str]] = {
        "timeline": {
            "STANCEWATCH_TIMELINE_DATABASE": str(plan.run_folder / "timeline.sqlite"),
            "STANCEWATCH_TIMELINE_PUBLIC_URL": timeline_url,
        },
        "alerting": {
            "STANCEWATCH_TIMELINE_URL": timeline_url,
            "STANCEWATCH_ALERTING_PUBLIC_PORT": str(ports["alerting-public"]),
            "STANCEWATCH_ALERTING_PUBLIC_URL": f"http://127.0.0.1:{ports['alerting-public']}",
            **({"STANCEWATCH_ALERTING_ROUTES": str(plan.routes)} if plan.routes else {}),
        },
        "classifier": {
            "STANCEWATCH_WATCHLIST": str(plan.watchlist),
            "STANCEWATCH_DATA_DIR": str(plan.run_folder / "classifier"),
        },
        "fetcher": {"STANCEWATCH_SOURCES": str(plan.sources)},
    }
    return [
        Service(
            name=name,
            command=[str(BIN / f"stancewatch-{name}")],
            environment={
                "KAFKA_BOOTSTRAP_SERVERS": kafka_servers,
                "STANCEWATCH_HTTP_HOST": "127.0.0.1",
                "STANCEWATCH_HTTP_PORT": str(ports[name]),
                "STANCEWATCH_LOG_FORMAT": plan.log_format,
                "ORT_DISABLE_TELEMETRY": "1",
                "HF_HUB_OFFLINE": "1",
                "PYTHONUNBUFFERED": "1",
                **environment,
                **plan.extra,
            },
            health_port=ports[name],
        )
        for name, environment in own.items()
    ]


def create_topics(kafka_servers: str) -> None:
    """All declared topics, before any service asks for them."""
    from stancewatch_shared.settings import KafkaSettings
    from stancewatch_shared.topics import create_topics as create

    create(KafkaSettings(bootstrap_servers=kafka_servers))


def wait_until_ready(supervisor: Supervisor) -> list[str]:
    """Wait until every service with a health port is ready; what keeps those that are not ready in time."""
    waiting = [service for service in supervisor.services if service.health_port is not None]
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while waiting and time.monotonic() < deadline:
        supervisor.watch()
        waiting = [service for service in waiting if not_ready_reason(service.health_port) is not None]
        time.sleep(0.2)
    return [f"{service.name} ({not_ready_reason(service.health_port)})" for service in waiting]


def not_ready_reason(port: int | None) -> str | None:
    """What /readyz names as failing; None when the service is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return None
    except urllib.error.HTTPError as error:
        with error:
            return error.read(300).decode("utf-8", "replace")
    except OSError:
        return "does not answer yet"
