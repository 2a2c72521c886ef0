"""How far the classifier is, by its own metrics: the demo ends when all is read, not when a clock says so."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Reading:
    """Counts since the classifier started; all zero while it does not answer."""

    articles: int = 0
    statements_found: int = 0
    statements_weighed: int = 0

    def is_done(self, articles: int) -> bool:
        """Whether so many articles have been read, and every statement in them has been weighed."""
        return self.articles >= articles and self.statements_weighed >= self.statements_found


def reading_of(metrics: str) -> Reading:
    """From the text of /metrics."""
    records: dict[str, float] = {}
    found = 0.0
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == "stancewatch_records_total" and sample.labels["outcome"] != "retried":
                topic = sample.labels["topic"]
                records[topic] = records.get(topic, 0.0) + sample.value
            elif sample.name == "stancewatch_statements_total":
                found += sample.value
    return Reading(int(records.get("articles", 0)), int(found), int(records.get("statements", 0)))


def ask(classifier_port: int) -> Reading:
    """As it stands now."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{classifier_port}/metrics", timeout=3) as answer:
            return reading_of(answer.read().decode())
    except OSError:
        return Reading()
