"""The faust app's settings are the ones that the known traps demand, on any kind of cluster."""

from __future__ import annotations

import ssl

import faust
import pytest
from stance_classifier.app import TOPICS_NEEDED
from stance_classifier.stream.faust_app import (
    APP_ID,
    CHANGELOG,
    TABLE,
    credentials_of,
    make_faust_app,
    raw_topic,
)
from stancewatch_schemas.topics import TOPICS
from stancewatch_shared.settings import KafkaSettings

PASSWORD = "not a real one"


@pytest.fixture
def app(tmp_path):
    kafka = KafkaSettings(bootstrap_servers="127.0.0.1:1,127.0.0.1:2", topic_prefix="t-")
    return make_faust_app(kafka, tmp_path / "a" / "b")


def test_it_never_claims_exactly_once(app):
    assert app.conf.processing_guarantee == faust.types.enums.ProcessingGuarantee.AT_LEAST_ONCE


def test_it_creates_no_topics_and_waits_for_every_replica(app):
    assert app.conf.topic_allow_declare is False
    assert app.conf.topic_disable_leader is True
    assert app.conf.producer_acks == -1


def test_it_shows_nothing_on_the_network(app):
    assert app.conf.web_enabled is False
    assert app.conf.web_bind == "127.0.0.1"
    assert app.conf.web_tables_enabled is False


def test_its_group_and_changelog_carry_the_prefix(app):
    assert app.conf.id == f"t-{APP_ID}"
    assert app.Table(TABLE).changelog_topic_name == f"t-{CHANGELOG}"


def test_every_topic_it_needs_is_declared():
    assert set(TOPICS_NEEDED) <= set(TOPICS)


def test_it_makes_its_data_folder(app, tmp_path):
    assert (tmp_path / "a" / "b").is_dir()
    assert app.conf.datadir.is_absolute()


def test_it_knows_every_broker(app):
    assert [url.port for url in app.conf.broker] == [1, 2]


def test_topics_are_raw_bytes_and_may_be_empty(app):
    topic = raw_topic(app, "t-articles")
    assert (topic.value_type, topic.value_serializer, topic.key_serializer) == (bytes, "raw", "raw")
    assert topic.allow_empty


def test_a_plain_cluster_needs_no_credentials():
    assert credentials_of(KafkaSettings()) is None


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_sasl_settings_become_fausts(protocol, mechanism):
    kafka = KafkaSettings(
        security_protocol=protocol, sasl_mechanism=mechanism, sasl_username="desk", sasl_password=PASSWORD
    )
    credentials = credentials_of(kafka)
    assert credentials.protocol.value == protocol
    assert credentials.mechanism.value == mechanism
    assert (credentials.username, credentials.password) == ("desk", PASSWORD)
    assert PASSWORD not in repr(credentials)


def test_tls_checks_the_brokers_name():
    credentials = credentials_of(KafkaSettings(security_protocol="SSL"))
    assert credentials.context.check_hostname
    assert credentials.context.verify_mode == ssl.CERT_REQUIRED
