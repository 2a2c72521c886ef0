"""Every metric of every service, declared in one place: name with unit, help, labels.

Dashboards and rules are tested against this file. Labels are few and bounded: never a quote, a URL or an
id. Add yours to your service's section.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

FAST_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# --- shared: the Kafka edge of every service ------------------------------------------------------

RECORDS = Counter(
    "stancewatch_records_total", "Records read, by what became of them", ["topic", "outcome"]
)  # outcome: handled | dead_letter | retried
HANDLE_SECONDS = Histogram(
    "stancewatch_handle_duration_seconds",
    "Time from decoding a record to its side effect",
    ["topic"],
    buckets=FAST_SECONDS,
)
RECORD_AGE_SECONDS = Histogram(
    "stancewatch_record_age_seconds",
    "Age of a record (since its writer sent it) when its side effect was done: one arrow of the flow",
    ["topic"],
    buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0),
)
DEAD_LETTERS = Counter(
    "stancewatch_dead_letters_total", "Records put among the dead letters", ["topic", "error"]
)
PRODUCED = Counter("stancewatch_produced_total", "Messages a broker has acknowledged", ["topic"])
PRODUCE_FAILURES = Counter("stancewatch_produce_failures_total", "Messages no broker acknowledged", ["topic"])
LAST_COMMIT_TIME = Gauge(
    "stancewatch_last_commit_timestamp_seconds", "When offsets were last committed (Unix time)", ["topic"]
)
CONSUMER_LAG = Gauge("stancewatch_consumer_lag_records", "Records not read yet", ["topic", "partition"])
CONFIG_RELOADS = Counter(
    "stancewatch_config_reloads_total", "Reloads of a configuration file", ["file", "outcome"]
)  # file: sources | watchlist | routes; outcome: loaded | refused
CONFIG_RELOAD_OK = Gauge(
    "stancewatch_config_last_reload_successful", "1 while the newest configuration file is in force", ["file"]
)

# --- fetcher --------------------------------------------------------------------------------------

FETCHES = Counter("stancewatch_fetches_total", "Polls of sources, by outcome", ["source", "outcome"])
# outcome: fetched | not_modified | throttled | gone | failed | refused_<reason>
FETCH_SECONDS = Histogram(
    "stancewatch_fetch_duration_seconds",
    "Time from asking a source to its parsed entries",
    buckets=FAST_SECONDS,
)
FETCHED_BYTES = Counter("stancewatch_fetched_bytes_total", "Bytes read from the network", ["source"])
PAGES = Counter("stancewatch_pages_total", "Article pages asked for, by outcome", ["source", "outcome"])
ENTRIES = Counter(
    "stancewatch_feed_entries_total", "Feed entries looked at, by verdict", ["source", "verdict"]
)
ARTICLES = Counter(
    "stancewatch_articles_total", "Articles that the broker has acknowledged", ["source", "kind"]
)  # kind: new | edited | corrected | completed
NEWEST_ARTICLE_TIME = Gauge(
    "stancewatch_source_newest_article_timestamp_seconds",
    "Publication of the newest article (Unix time)",
    ["source"],
)
NEXT_POLL_TIME = Gauge(
    "stancewatch_source_next_poll_timestamp_seconds", "When the source is asked next (Unix time)", ["source"]
)
SOURCE_SILENT = Gauge(
    "stancewatch_source_silent", "1 while a source that used to speak is silent", ["source"]
)
SOURCE_FAILURES = Gauge(
    "stancewatch_source_consecutive_failures", "Failed polls since the last good one", ["source"]
)
SOURCE_GONE = Gauge("stancewatch_source_gone", "1 when the server has said 410", ["source"])
OWNED_PARTITIONS = Gauge(
    "stancewatch_fetcher_owned_partitions", "Shares of the sources polled by this process"
)
OWNED_SOURCES = Gauge("stancewatch_fetcher_owned_sources", "Sources polled by this process")
WAITING_REQUESTS = Gauge("stancewatch_fetcher_waiting_requests", "Requests that wait for their host's turn")

# --- stance classifier ----------------------------------------------------------------------------

STATEMENTS = Counter("stancewatch_statements_total", "Statements found in articles", ["stance", "counts"])
QUIET = Counter(
    "stancewatch_quiet_total", "Statements that changed no position, by the named reason", ["reason"]
)
STANCE_CHANGES = Counter("stancewatch_stance_changes_total", "Stance changes written", ["event", "kind"])
CHANGES_VERIFIED = Counter(
    "stancewatch_changes_verified_total", "Stance changes by the second reader's word on them", ["verdict"]
)  # verdict: confirmed | disputed | not_verified
READ_SECONDS = Histogram(
    "stancewatch_read_batch_duration_seconds",
    "Time of one call of the reader, model included",
    buckets=FAST_SECONDS,
)
READ_BATCH_ARTICLES = Histogram(
    "stancewatch_read_batch_articles", "Articles in one call of the reader", buckets=(1, 2, 4, 8, 16, 32)
)
MODEL_UNANSWERED = Counter(
    "stancewatch_model_unanswered_total",
    "Questions that a remote model left unanswered, so that the statement was not judged by it",
)
MODEL_FELL_BACK = Gauge(
    "stancewatch_model_fell_back",
    "1 while the bundled model reads because the hub model that was asked for could not be loaded",
)
MODEL_INFO = Gauge(
    "stancewatch_model_info", "1 for the stance model that reads", ["kind", "version"]
)  # kind: bundled | hub | judge
REBALANCES = Counter("stancewatch_rebalances_total", "Times that partitions were assigned to this worker")
PARTITION_UNCOMMITTED_SECONDS = Gauge(
    "stancewatch_partition_uncommitted_seconds",
    "Age of the oldest record of a partition that was received and is not committed; 0 where there is none",
    ["topic", "partition"],
)
WATCHLIST_ENTRIES = Gauge(
    "stancewatch_watchlist_entries", "Entries of the watchlist in force", ["kind"]
)  # kind: actors | issues

# --- alerting -------------------------------------------------------------------------------------

ALERT_DECISIONS = Counter(
    "stancewatch_alert_decisions_total", "What was decided about a change, a receiver at a time", ["reason"]
)  # reason: see alerting/reasons.py
ALERT_MESSAGES = Counter(
    "stancewatch_alert_messages_total", "Messages a receiver has taken", ["receiver", "channel", "role"]
)  # role: head | follow_up | verdict | notice | digest
ALERT_SEND_FAILURES = Counter(
    "stancewatch_alert_send_failures_total",
    "Attempts to send that failed",
    ["receiver", "channel", "outcome"],
)  # outcome: retried | refused | gave_up
ALERT_SEND_SECONDS = Histogram(
    "stancewatch_alert_send_duration_seconds",
    "Time a receiver takes to answer",
    ["channel"],
    buckets=FAST_SECONDS,
)
ALERT_DELAY_SECONDS = Histogram(
    "stancewatch_alert_delay_seconds",
    "Time from the change in Kafka to the head message at the receiver, holds included",
    ["channel"],
    buckets=(1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0, 14400.0, 43200.0),
)
ARTICLE_TO_ALERT_SECONDS = Histogram(
    "stancewatch_article_to_alert_seconds",
    "Time from the first sight of an article to the head message at the receiver: the whole flow",
    ["channel", "path"],
    buckets=(1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 1800.0, 3600.0, 14400.0, 86400.0),
)  # path: at_once | group | daily | quiet_hours | cap | replayed; all but at_once wait on purpose
ALERTS_OPEN = Gauge(
    "stancewatch_alert_deliveries_open", "Deliveries that wait, by why", ["receiver", "reason"]
)
RECEIVER_FAILING = Gauge(
    "stancewatch_receiver_failing", "1 while a receiver's last attempt failed", ["receiver", "channel"]
)
VERDICTS = Counter("stancewatch_verdicts_total", "Verdicts of editors on alerts", ["verdict"])
ALERT_ERROR_RATIO = Gauge(
    "stancewatch_alert_error_ratio", "Share of the judged alerts that editors call wrong (NaN: none judged)"
)

# --- timeline -------------------------------------------------------------------------------------

TIMELINE_REQUEST_SECONDS = Histogram(
    "stancewatch_timeline_request_duration_seconds",
    "Time from a request to its answer",
    ["page", "status"],
    buckets=FAST_SECONDS,
)  # page: the route's name, never a path; status: 2xx | 3xx | 4xx | 5xx
TIMELINE_RECORDS = Counter(
    "stancewatch_timeline_records_total", "Records taken into the read model", ["topic"]
)
TIMELINE_UNREADABLE = Counter(
    "stancewatch_timeline_unreadable_total",
    "Records that are no valid message and are shown nowhere",
    ["topic"],
)
POSITION = Gauge(
    "stancewatch_position", "Position in force: 1 support, 0 neutral, -1 oppose", ["actor", "issue"]
)  # as many as actors times issues of the watchlist
TIMELINE_CAUGHT_UP = Gauge(
    "stancewatch_timeline_caught_up", "1 once the read model has reached the end of its topics"
)
