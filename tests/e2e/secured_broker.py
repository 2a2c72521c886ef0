"""A broker that asks who is there: TLS with a certificate authority of its own, passwords, client certificates."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

from tests.integration.kafka_broker import load_broker

USER, PASSWORD = "newsroom", "open-sesame-7"

# Later lines win over the broker's own. The plain listener is the broker's way to itself.
PROPERTIES = """\
listeners=PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{sasl},SSL://127.0.0.1:{tls},CONTROLLER://127.0.0.1:{{controller_port}}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SASL_SSL://127.0.0.1:{sasl},SSL://127.0.0.1:{tls}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.crt
listener.name.ssl.ssl.client.auth=required
"""


@dataclass(frozen=True)
class SecuredBroker:
    """Where it listens, and the files and passwords that let a client in."""

    folder: Path
    plain: str
    sasl: str
    tls: str

    def by_password(self, mechanism: str, password: str = PASSWORD) -> dict[str, str]:
        """The environment of a client that comes with a password over TLS."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.sasl,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": mechanism,
            "KAFKA_SASL_USERNAME": USER,
            "KAFKA_SASL_PASSWORD": password,
            "KAFKA_SSL_CAFILE": str(self.folder / "ca.crt"),
        }

    def by_certificate(self) -> dict[str, str]:
        """The environment of a client that comes with a certificate."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.tls,
            "KAFKA_SECURITY_PROTOCOL": "SSL",
            "KAFKA_SSL_CAFILE": str(self.folder / "ca.crt"),
            "KAFKA_SSL_CERTFILE": str(self.folder / "client.crt"),
            "KAFKA_SSL_KEYFILE": str(self.folder / "client.key"),
        }


@contextmanager
def secured_broker(folder: Path) -> Iterator[SecuredBroker]:
    """Starts it with one user, known to PLAIN and SCRAM, and stops it."""
    module: Any = load_broker()
    make_certificates(folder)
    plain, sasl, tls = (module.free_port() for _ in range(3))
    properties = PROPERTIES.format(
        plain=plain, sasl=sasl, tls=tls, folder=folder, user=USER, password=PASSWORD
    )
    module.start(folder, port=plain, ends_with_parent=True, more_properties=properties)
    try:
        _add_scram_user(f"127.0.0.1:{plain}")
        yield SecuredBroker(folder, f"127.0.0.1:{plain}", f"127.0.0.1:{sasl}", f"127.0.0.1:{tls}")
    finally:
        module.stop(folder)


def make_certificates(folder: Path) -> None:
    """An authority (ca.crt), and by it the broker's key and certificate in one file and the client's in two."""
    _openssl(
        folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt"
    )
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("broker", "client"):
        _openssl(folder, f"req -newkey rsa:2048 -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr")
        _openssl(
            folder,
            f"x509 -req -in {name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out {name}.crt",
        )
    (folder / "broker.pem").write_text(
        (folder / "broker.key").read_text() + (folder / "broker.crt").read_text()
    )


def _openssl(folder: Path, command: str) -> None:
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True, timeout=60)


def _add_scram_user(bootstrap_servers: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        for mechanism in ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512:
            added = admin.alter_user_scram_credentials(
                [UserScramCredentialUpsertion(USER, mechanism, PASSWORD)]
            )
            assert added == {USER: None}, added
    finally:
        admin.close()
