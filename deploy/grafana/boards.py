"""The four dashboards: overview (one row per arrow of the flow), positions, sources, operations."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard
from panels import THIRD, WIDE, board, lines, number, row, rows, states

RATE = "$__rate_interval"


def quantiles(metric: str, by: str = "", only: str = "") -> list[tuple[str, str]]:
    """Median, 95 and 99 per cent of a histogram."""
    grouping = f"le, {by}" if by else "le"
    legend = f" {{{{{by}}}}}" if by else ""
    return [
        (
            f"histogram_quantile({q}, sum by ({grouping}) (rate({metric}_bucket{only}[{RATE}])))",
            f"{name}{legend}",
        )
        for q, name in ((0.5, "half"), (0.95, "95 %"), (0.99, "99 %"))
    ]


def rate(metric: str, by: str, legend: str, only: str = "") -> list[tuple[str, str]]:
    """Events per second, by a label."""
    return [(f"sum by ({by}) (rate({metric}{only}[{RATE}]))", legend)]


def overview() -> Dashboard:
    """Articles -> statements -> changes -> alerts."""
    return (
        board("stancewatch-overview", "Stancewatch overview", "The flow from article to alert, one row per arrow.")
        .with_panel(number("Articles, 24 h", "Articles and edits sent to Kafka.", "short", "sum(increase(stancewatch_articles_total[24h]))"))
        .with_panel(number("Statements, 24 h", "Who said what, found in them.", "short", "sum(increase(stancewatch_statements_total[24h]))"))
        .with_panel(number("Changes, 24 h", "Changes of position, amendments included.", "short", "sum(increase(stancewatch_stance_changes_total[24h]))"))
        .with_panel(number("Messages, 24 h", "What receivers have taken.", "short", "sum(increase(stancewatch_alert_messages_total[24h]))"))
        .with_row(row("source -> article"))
        .with_panel(lines("Polls by outcome", "What sources answered.", "ops", rate("stancewatch_fetches_total", "outcome", "{{outcome}}"), THIRD, True))
        .with_panel(lines("Entries by verdict", "Why a feed's entry became an article, or not.", "ops", rate("stancewatch_feed_entries_total", "verdict", "{{verdict}}"), THIRD, True))
        .with_panel(lines("Articles", "Articles acknowledged by Kafka, by kind.", "ops", rate("stancewatch_articles_total", "kind", "{{kind}}"), THIRD, True))
        .with_row(row("article -> statements"))
        .with_panel(lines("Statements by stance", "Stance toward the proposition.", "ops", rate("stancewatch_statements_total", "stance", "{{stance}}"), THIRD, True))
        .with_panel(lines("Age when done", "From the fetcher's send to the statements in Kafka.", "s", quantiles("stancewatch_record_age_seconds", only='{topic="articles"}'), THIRD))
        .with_panel(lines("Articles waiting", "Records not committed yet.", "short", [('sum(stancewatch_consumer_lag_records{topic="articles", service!="timeline"})', "articles")], THIRD))
        .with_row(row("statement -> change, or a named no"))
        .with_panel(lines("Changes", "Messages about changes, by event.", "ops", rate("stancewatch_stance_changes_total", "event", "{{event}}"), THIRD, True))
        .with_panel(lines("Quiet, by reason", "Statements that changed nothing, and why.", "ops", rate("stancewatch_quiet_total", "reason", "{{reason}}"), THIRD, True))
        .with_panel(lines("Second reader's word", "Changes that a second reader confirms, disputes, or could not verify; 0 where there is none.", "ops", [(f"sum by (verdict) (rate(stancewatch_changes_verified_total[{RATE}])) or vector(0)", "{{verdict}}")], THIRD, True))
        .with_panel(lines("Age when done", "From the statement's send to the position written.", "s", quantiles("stancewatch_record_age_seconds", only='{topic="statements"}'), THIRD))
        .with_row(row("change -> alert"))
        .with_panel(lines("Decisions", "What was decided for each receiver, and why.", "ops", rate("stancewatch_alert_decisions_total", "reason", "{{reason}}"), THIRD, True))
        .with_panel(lines("Messages", "Messages that receivers have taken.", "ops", rate("stancewatch_alert_messages_total", "receiver", "{{receiver}}"), THIRD, True))
        .with_panel(lines("Deliveries that wait", "By why: quiet hours, caps, a receiver that fails; 0 where none waits.", "short", [("sum by (reason) (stancewatch_alert_deliveries_open) or vector(0)", "{{reason}}")], THIRD, True))
        .with_panel(lines("Change to message", "Holds for quiet hours and caps included.", "s", quantiles("stancewatch_alert_delay_seconds"), THIRD))
        .with_panel(lines("Article to alert", "From the first sight of an article to the alert at its receiver, the whole flow; without what waits on purpose. Objective: 99 % within 60 s.", "s", quantiles("stancewatch_article_to_alert_seconds", only='{path="at_once"}'), THIRD))
        .with_panel(lines("Alerts by path", "Sent at once, or why they waited on purpose.", "ops", rate("stancewatch_article_to_alert_seconds_count", "path", "{{path}}"), THIRD, True))
    )  # fmt: skip


def positions() -> Dashboard:
    """Who stands where, over time."""
    words = [(1, "supports", "blue"), (0, "neutral", "text"), (-1, "opposes", "orange")]
    query = [("max by (actor, issue) (stancewatch_position)", "{{actor}} on {{issue}}")]
    return (
        board("stancewatch-positions", "Stancewatch positions", "Positions in force. The evidence is on the timeline page.")
        .with_panel(states("Positions", "Position of each actor on each issue; a band's end is a change.", query, words))
        .with_panel(lines("Positions in force, by issue", "How many actors have one.", "short", [("count by (issue) (max by (actor, issue) (stancewatch_position))", "{{issue}}")], THIRD))
        .with_panel(rows("In force now", "1 supports, 0 neutral, -1 opposes.", "none", "max by (actor, issue) (stancewatch_position)", THIRD))
        .with_panel(lines("Changes by kind", "Kinds of changes told.", "ops", rate("stancewatch_stance_changes_total", "kind", "{{kind}}"), THIRD, True))
    )  # fmt: skip


def sources() -> Dashboard:
    """What is read."""
    return (
        board("stancewatch-sources", "Stancewatch sources", "What each source gives, and which need attention.")
        .with_panel(number("Silent", "Sources that used to speak and do not.", "short", "sum(stancewatch_source_silent)", 1))
        .with_panel(number("Failing", "Sources whose last five polls failed.", "short", "count(stancewatch_source_consecutive_failures >= 5) or vector(0)", 1))
        .with_panel(number("Polled", "Sources polled by all fetchers together.", "short", "sum(stancewatch_fetcher_owned_sources)"))
        .with_panel(number("Waiting requests", "Requests that wait for their host's turn.", "short", "sum(stancewatch_fetcher_waiting_requests)", 500))
        .with_panel(lines("Articles by source", "Articles and edits.", "ops", rate("stancewatch_articles_total", "source", "{{source}}")))
        .with_panel(lines("Pages by outcome", "Article pages asked for.", "ops", rate("stancewatch_pages_total", "outcome", "{{outcome}}"), stacked=True))
        .with_panel(rows("Consecutive failures", "Failed polls since the last good one.", "short", "max by (source) (stancewatch_source_consecutive_failures)"))
        .with_panel(rows("Age of the newest article", "By its date of publication.", "s", "time() - max by (source) (stancewatch_source_newest_article_timestamp_seconds)"))
        .with_panel(lines("Bytes read", "From the network.", "Bps", rate("stancewatch_fetched_bytes_total", "source", "{{source}}")))
        .with_panel(lines("Time of a poll", "From asking to parsed entries.", "s", quantiles("stancewatch_fetch_duration_seconds")))
    )  # fmt: skip


def operations() -> Dashboard:
    """Is it healthy?"""
    return (
        board("stancewatch-operations", "Stancewatch operations", "Objectives, lag, commits, dead letters, resources.")
        .with_panel(number("Slow records, 1 h", "Share of records that took over 60 s for one arrow; objective 1 %.", "percentunit", "stancewatch:latency_slow:ratio_rate1h", 0.01))
        .with_panel(number("Late alerts, 1 h", "Share of the alerts that left over 60 s after the first sight of their article; objective 1 %. Empty while there are none.", "percentunit", "stancewatch:article_to_alert_slow:ratio_rate1h", 0.01))
        .with_panel(number("Failed deliveries, 1 h", "Share of alerts refused or given up; objective 1 %.", "percentunit", "stancewatch:delivery_failed:ratio_rate1h", 0.01))
        .with_panel(number("False alarms", "Share of the judged alerts that editors call wrong; budget 10 %. Empty until there are verdicts.", "percentunit", 'max(stancewatch_alert_error_ratio{service="alerting"})', 0.1))
        .with_panel(number("Verdicts, 7 d", "What editors said of alerts.", "short", "sum(increase(stancewatch_verdicts_total[7d]))"))
        .with_panel(number("Services up", "Processes whose metrics answer.", "short", 'sum(up{job="stancewatch"})'))
        .with_row(row("Kafka"))
        .with_panel(lines("Lag", "Records not read yet.", "short", [("stancewatch:consumer_lag_records:sum", "{{service}} {{topic}}")], THIRD))
        .with_panel(lines("Oldest uncommitted record", "Per partition; grows when a partition has stopped.", "s", [("max by (topic, partition) (stancewatch_partition_uncommitted_seconds)", "{{topic}}/{{partition}}")], THIRD))
        .with_panel(lines("Since the last commit", "Grows when nothing arrives, too.", "s", [("time() - max by (service, topic) (stancewatch_last_commit_timestamp_seconds)", "{{service}} {{topic}}")], THIRD))
        .with_panel(lines("Messages acknowledged", "By the brokers.", "ops", rate("stancewatch_produced_total", "topic", "{{topic}}"), THIRD))
        .with_panel(lines("Records by outcome", "Handled, retried, dead letter.", "ops", rate("stancewatch_records_total", "outcome", "{{outcome}}"), THIRD))
        .with_panel(lines("Dead letters", "By topic and error; 0 is good.", "ops", [(f"sum by (topic, error) (rate(stancewatch_dead_letters_total[{RATE}])) or vector(0)", "{{topic}} {{error}}"), (f"sum by (topic) (rate(stancewatch_timeline_unreadable_total[{RATE}])) or vector(0)", "{{topic}}, by the timeline")], THIRD))
        .with_row(row("Work"))
        .with_panel(lines("One call of the reader", "Model included.", "s", quantiles("stancewatch_read_batch_duration_seconds"), THIRD))
        .with_panel(lines("Time a receiver takes", "By channel.", "s", quantiles("stancewatch_alert_send_duration_seconds", "channel"), THIRD))
        .with_panel(rows("Stance model", "What reads, by kind and version; two lines while one is rolled.", "none", "count by (kind, version) (stancewatch_model_info == 1)", THIRD))
        .with_panel(number("Models that fell back", "Classifiers that read with the bundled model because the hub model could not be loaded.", "short", "sum(stancewatch_model_fell_back)", 1, THIRD))
        .with_panel(lines("Questions unanswered", "By a remote model: as reader, the statement counts for nothing; as second reader, the change goes out unverified.", "ops", [(f"sum(rate(stancewatch_model_unanswered_total[{RATE}]))", "unanswered")], THIRD))
        .with_panel(lines("Timeline requests", "By answer.", "ops", rate("stancewatch_timeline_request_duration_seconds_count", "status", "{{status}}"), THIRD))
        .with_row(row("Configuration and processes"))
        .with_panel(states("Configuration in force", "Is the newest file in force?", [("min by (service, file) (stancewatch_config_last_reload_successful)", "{{service}} {{file}}")], [(1, "newest", "green"), (0, "REFUSED: the old one", "red")]))
        .with_panel(lines("CPU", "Cores used.", "short", [(f'sum by (service) (rate(process_cpu_seconds_total{{job="stancewatch"}}[{RATE}]))', "{{service}}")], THIRD))
        .with_panel(lines("Memory", "Resident.", "bytes", [('sum by (service) (process_resident_memory_bytes{job="stancewatch"})', "{{service}}")], THIRD))
        .with_panel(lines("Watched", "Actors and issues of the watchlist in force.", "short", [("max by (kind) (stancewatch_watchlist_entries)", "{{kind}}")], THIRD))
        .with_panel(number("Timeline caught up", "1 once the page shows everything that is in the topics.", "short", 'min(stancewatch_timeline_caught_up{service="timeline"})', None, THIRD))
        .with_panel(lines("Receivers failing", "1 while the last attempt failed.", "short", [("max by (receiver, channel) (stancewatch_receiver_failing)", "{{receiver}} ({{channel}})")], WIDE))
    )  # fmt: skip


BOARDS = {"overview": overview, "positions": positions, "sources": sources, "operations": operations}
