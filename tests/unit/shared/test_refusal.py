"""A cluster that does not let us in: the variable to change is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from stancewatch_shared.refusal import advice
from stancewatch_shared.settings import KafkaSettings


def settings(protocol: str, **more: object) -> KafkaSettings:
    password = {"sasl_mechanism": "PLAIN", "sasl_username": "newsroom", "sasl_password": "open-sesame"}
    return KafkaSettings(
        security_protocol=protocol,  # type: ignore[arg-type]
        **(password if protocol.startswith("SASL") else {}),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("protocol", "tls_fault", "said"),
    [
        ("PLAINTEXT", "", "set KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL"),
        ("SASL_PLAINTEXT", "untrusted: unknown authority", "set KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL"),
        ("PLAINTEXT", None, "asks for a password"),
        ("SASL_PLAINTEXT", None, "KAFKA_SASL_PASSWORD"),
        ("SASL_SSL", None, "set KAFKA_SECURITY_PROTOCOL to PLAINTEXT or SASL_PLAINTEXT"),
        ("SASL_SSL", "untrusted: unknown authority", "untrusted: unknown authority: set KAFKA_SSL_CAFILE"),
        ("SASL_SSL", "", "KAFKA_SASL_MECHANISM=PLAIN"),
        ("SSL", "", "set KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE"),
    ],
)
def test_the_variable_to_change_is_named(protocol: str, tls_fault: str | None, said: str) -> None:
    assert said in advice(settings(protocol), tls_fault)


def test_a_client_certificate_that_is_refused_is_named() -> None:
    refused = settings("SSL").model_copy(update={"ssl_certfile": Path("client.crt")})
    assert "KAFKA_SSL_CERTFILE" in advice(refused, "")


def test_no_secret_is_said() -> None:
    assert "open-sesame" not in advice(settings("SASL_SSL"), "")
