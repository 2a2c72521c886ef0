"""The Kafka edge in one import: clients, send, the consumer loop."""

from stancewatch_shared.connect import check_topics, make_admin, make_consumer, make_producer, wait_for_broker
from stancewatch_shared.consumer_loop import ConsumerLoop, TooManyInvalid
from stancewatch_shared.produce import send, send_bytes
from stancewatch_shared.record import Record

__all__ = [
    "ConsumerLoop",
    "Record",
    "TooManyInvalid",
    "check_topics",
    "make_admin",
    "make_consumer",
    "make_producer",
    "send",
    "send_bytes",
    "wait_for_broker",
]
