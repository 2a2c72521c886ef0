"""Why a cluster that accepts connections does not let us in: said in terms of the variables to change.

kafka-python 3.0.12 reports a wrong password, an untrusted certificate and a listener of another protocol alike, as a
time-out: when the answer and the end of a TLS connection come together it drops the answer.
"""

from __future__ import annotations

import socket
import ssl

from stancewatch_shared.settings import KafkaSettings

_WITHIN_SECONDS = 5.0


def why_refused(settings: KafkaSettings) -> str:
    """What to change, after a look at how the first server that can be reached answers in TLS."""
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        try:
            return advice(settings, _tls_fault(host.strip("[]"), int(port), settings))
        except ConnectionRefusedError:
            continue
    return "it is not reachable any more"


def advice(settings: KafkaSettings, tls_fault: str | None) -> str:
    """What to change.

    Args:
        settings: How we came.
        tls_fault: "" where a TLS handshake worked, "untrusted: ..." where only the certificate was at fault, None
            where the server does not speak TLS.
    """
    protocol = settings.security_protocol
    if not protocol.endswith("SSL"):
        if tls_fault is not None:
            return f"it speaks TLS: set KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL instead of {protocol}"
        if protocol == "PLAINTEXT":
            return "it does not speak Kafka, or asks for a password: see KAFKA_SECURITY_PROTOCOL"
    elif tls_fault is None:
        return f"it does not speak TLS: set KAFKA_SECURITY_PROTOCOL to PLAINTEXT or SASL_PLAINTEXT instead of {protocol}"
    elif tls_fault:
        return f"its certificate is {tls_fault}: set KAFKA_SSL_CAFILE to a PEM file of the authority that signed it"
    if protocol.startswith("SASL"):
        return (
            "it refuses these credentials: check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and "
            f"KAFKA_SASL_MECHANISM={settings.sasl_mechanism}"
        )
    if settings.ssl_certfile is None:
        return "it asks for more than TLS: set KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE, or use SASL_SSL"
    return "it refuses the certificate in KAFKA_SSL_CERTFILE, or asks for a password (SASL_SSL)"


def _tls_fault(host: str, port: int, settings: KafkaSettings) -> str | None:
    cafile = None if settings.ssl_cafile is None else str(settings.ssl_cafile)
    context = ssl.create_default_context(cafile=cafile)
    try:
        with socket.create_connection((host, port), timeout=_WITHIN_SECONDS) as connection:
            context.wrap_socket(connection, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return f"untrusted: {error.verify_message}"
    except ConnectionRefusedError:
        raise
    except OSError:  # ssl.SSLError is one
        return None
    return ""
