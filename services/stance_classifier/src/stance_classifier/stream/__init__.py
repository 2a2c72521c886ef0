"""The edge to Kafka: everything that knows faust, with the work-arounds it needs (DECISIONS.md tells why)."""
