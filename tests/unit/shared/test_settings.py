from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from stancewatch_shared.errors import UserError
from stancewatch_shared.settings import KafkaSettings, ServiceSettings, load_settings


class SlackSettings(ServiceSettings):
    webhook: SecretStr
    pause_seconds: int = 5


def test_defaults_bind_to_this_machine_only() -> None:
    assert load_settings(ServiceSettings).http_host == "127.0.0.1"


def test_a_missing_setting_names_the_variable_and_its_file_twin() -> None:
    with pytest.raises(UserError, match=r"STANCEWATCH_WEBHOOK is not set.*STANCEWATCH_WEBHOOK_FILE"):
        load_settings(SlackSettings)


def test_a_wrong_value_names_the_variable_and_shows_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEWATCH_HTTP_PORT", "eighty")
    with pytest.raises(UserError, match=r"STANCEWATCH_HTTP_PORT: .*integer.*'eighty'"):
        load_settings(ServiceSettings)


def test_a_secret_is_read_from_the_file_its_twin_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "webhook"
    secret.write_text("https://hooks.example/T/B\n", encoding="utf-8")
    monkeypatch.setenv("STANCEWATCH_WEBHOOK_FILE", str(secret))
    assert load_settings(SlackSettings).webhook.get_secret_value() == "https://hooks.example/T/B"


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STANCEWATCH_WEBHOOK_FILE", str(tmp_path / "nothing"))
    with pytest.raises(UserError, match=r"STANCEWATCH_WEBHOOK_FILE points to .*nothing"):
        load_settings(SlackSettings)


def test_the_variable_wins_over_its_file_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "webhook"
    secret.write_text("from the file", encoding="utf-8")
    monkeypatch.setenv("STANCEWATCH_WEBHOOK_FILE", str(secret))
    monkeypatch.setenv("STANCEWATCH_WEBHOOK", "from the variable")
    assert load_settings(SlackSettings).webhook.get_secret_value() == "from the variable"


def test_an_env_file_sets_what_the_environment_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "stancewatch.env"
    file.write_text("STANCEWATCH_HTTP_PORT=9001\nSTANCEWATCH_LOG_LEVEL=debug\n", encoding="utf-8")
    monkeypatch.setenv("STANCEWATCH_ENV_FILE", str(file))
    monkeypatch.setenv("STANCEWATCH_LOG_LEVEL", "error")
    settings = load_settings(ServiceSettings)
    assert (settings.http_port, settings.log_level) == (9001, "error")


def test_what_is_wrong_with_a_secret_never_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Short(ServiceSettings):
        token: SecretStr

        def model_post_init(self, _context: object) -> None:
            raise ValueError("too short")

    monkeypatch.setenv("STANCEWATCH_TOKEN", "xoxb-very-secret")
    with pytest.raises((UserError, ValueError)) as caught:
        load_settings(Short)
    assert "xoxb-very-secret" not in str(caught.value)


@pytest.mark.parametrize("servers", ["kafka", "kafka:", ":9092", "kafka:99999", "a:1,b"])
def test_a_broker_that_is_no_host_and_port_is_refused(servers: str) -> None:
    with pytest.raises(UserError, match=r"KAFKA_BOOTSTRAP_SERVERS: .* is not host:port"):
        load_settings(KafkaSettings, bootstrap_servers=servers)


def test_sasl_without_credentials_says_which_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "me")
    with pytest.raises(UserError, match="also needs KAFKA_SASL_MECHANISM, KAFKA_SASL_PASSWORD"):
        load_settings(KafkaSettings)


def test_a_certificate_file_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KAFKA_SSL_CAFILE", str(tmp_path / "ca.pem"))
    with pytest.raises(UserError, match="KAFKA_SSL_CAFILE: there is no file"):
        load_settings(KafkaSettings)


def test_topics_and_groups_carry_the_prefix() -> None:
    assert load_settings(KafkaSettings, topic_prefix="desk-").topic("articles") == "desk-articles"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "")
    monkeypatch.setenv("STANCEWATCH_HTTP_PORT", "")
    assert load_settings(KafkaSettings).sasl_username is None
    assert load_settings(ServiceSettings).http_port == 8000


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"KAFKA_SSL_CAFILE": "{file}"}, "KAFKA_SSL_CAFILE"),
        ({"KAFKA_SSL_CERTFILE": "{file}", "KAFKA_SSL_KEYFILE": "{file}"}, "KAFKA_SSL_CERTFILE"),
    ],
)
def test_a_file_that_is_no_certificate_is_refused_at_start(
    variables: dict[str, str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("no certificate\n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(file=tmp_path / "notes.txt"))
    with pytest.raises(UserError, match=f"{named}.*PEM"):
        load_settings(KafkaSettings)
