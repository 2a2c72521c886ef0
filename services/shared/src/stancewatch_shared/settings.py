"""Settings from the environment, from ``<NAME>_FILE`` twins and from an env file, checked once at start.

Order of precedence: the variable itself, then the file its ``_FILE`` twin points to (a mounted secret),
then the file named by ``STANCEWATCH_ENV_FILE`` (``NAME=value`` lines), then the default. A wrong value
becomes a UserError that names the variable, never the secret in it.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from stancewatch_shared.errors import UserError

ENV_FILE_VARIABLE = "STANCEWATCH_ENV_FILE"

S = TypeVar("S", bound=BaseSettings)


class SecretFileSource(PydanticBaseSettingsSource):
    """Reads a setting from the file its ``<NAME>_FILE`` twin names."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        twin = variable_of(self.settings_cls, field_name) + "_FILE"
        path = os.environ.get(twin)
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            raise UserError(f"{twin} points to {path}, which cannot be read ({reason})") from None

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, case_sensitive=False, env_ignore_empty=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - replaced by the _FILE twins
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFileSource(settings_cls), dotenv_settings


class KafkaSettings(_Settings):
    """How to reach the cluster: the same variables for every service and for the command."""

    model_config = SettingsConfigDict(env_prefix="KAFKA_")

    bootstrap_servers: str = Field("127.0.0.1:9092", min_length=1, description="host:port, comma separated")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: Path | None = None
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    topic_prefix: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]{0,100}$", description="put before every topic and group"
    )
    replication_factor: int = Field(1, ge=1, le=9, description="3 in production")
    connect_timeout_seconds: float = Field(60.0, gt=0, description="how long to wait for the first broker")

    @property
    def servers(self) -> list[str]:
        """The bootstrap servers, one by one."""
        return [part.strip() for part in self.bootstrap_servers.split(",") if part.strip()]

    def topic(self, name: str) -> str:
        """The topic's (or group's) name on this cluster."""
        return self.topic_prefix + name

    @model_validator(mode="after")
    def _check(self) -> Self:
        for server in self.servers:
            host, _, port = server.rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65536:
                raise ValueError(f"KAFKA_BOOTSTRAP_SERVERS: {server!r} is not host:port")
        if self.security_protocol.startswith("SASL"):
            missing = [
                f"KAFKA_{name.upper()}"
                for name in ("sasl_mechanism", "sasl_username", "sasl_password")
                if getattr(self, name) is None
            ]
            if missing:
                raise ValueError(
                    f"KAFKA_SECURITY_PROTOCOL={self.security_protocol} also needs {', '.join(missing)}"
                )
        for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                raise ValueError(f"KAFKA_{name.upper()}: there is no file {path}")
        self._check_pem_files()
        return self

    def _check_pem_files(self) -> None:
        try:
            context = ssl.create_default_context(cafile=self.ssl_cafile)
        except ssl.SSLError:
            raise ValueError(
                f"KAFKA_SSL_CAFILE: {self.ssl_cafile} holds no certificate in PEM form"
            ) from None
        if self.ssl_certfile is None:
            return
        try:  # a key with a password would be asked for at the terminal
            context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile, password="")
        except ssl.SSLError:
            raise ValueError(
                f"KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE: {self.ssl_certfile} and "
                f"{self.ssl_keyfile or 'the same file'} are no certificate and its private key without password, in PEM form"
            ) from None


class ServiceSettings(_Settings):
    """What every service has. A service's own settings inherit from this."""

    model_config = SettingsConfigDict(env_prefix="STANCEWATCH_")

    http_host: str = Field("127.0.0.1", description="0.0.0.0 in a container")
    http_port: int = Field(
        8000, ge=0, le=65535, description="/metrics, /healthz, /readyz; 0 takes a free port"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"


def variable_of(cls: type[BaseSettings], field_name: str) -> str:
    """The environment variable of a field."""
    alias = cls.model_fields[field_name].validation_alias if field_name in cls.model_fields else None
    if isinstance(alias, str):
        return alias
    return f"{cls.model_config.get('env_prefix', '')}{field_name}".upper()


def load_settings(cls: type[S], **overrides: Any) -> S:
    """Build settings, or raise a UserError with one line per wrong variable.

    ``overrides`` win over the environment: command-line options are handed in here.
    """
    env_file = os.environ.get(ENV_FILE_VARIABLE)
    if env_file and not Path(env_file).is_file():
        raise UserError(f"{ENV_FILE_VARIABLE} points to {env_file}, which does not exist")
    try:
        return cls(_env_file=env_file, _env_file_encoding="utf-8", **overrides)
    except ValidationError as error:
        raise UserError("; ".join(_explain(cls, each) for each in error.errors())) from None


def _explain(cls: type[BaseSettings], error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    name = str(error["loc"][0])
    field = cls.model_fields.get(name)
    variable = variable_of(cls, name)
    if error["type"] == "missing":
        hint = f" ({field.description})" if field is not None and field.description else ""
        return f"{variable} is not set: set it, or {variable}_FILE to a file that holds it{hint}"
    secret = field is not None and "Secret" in str(field.annotation)
    shown = "" if secret else f" (it is {str(error['input'])[:80]!r})"
    return f"{variable}: {message}{shown}"
