"""`stancewatch-classifier`: reads articles from Kafka, writes statements and stance changes."""

from __future__ import annotations

import os
import sys
from functools import cache

from stancewatch_shared.logs import configure_logs
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings

from stance_classifier.settings import ClassifierSettings

HELP = """Usage: stancewatch-classifier

Reads the topic `articles`, finds who says what about which watched issue, and writes `statements` and
`stance-changes`. It takes no arguments; everything is set in the environment:

  STANCEWATCH_WATCHLIST         the watchlist file (required); a changed file is taken over while running
  STANCEWATCH_MODEL             bundled (default), hub:<id or folder>, judge:<model>@<url>
  STANCEWATCH_MODEL_FALLBACK    what reads when a hub model can't be loaded: none (default: exit 2) or bundled (an alert tells)
  STANCEWATCH_JUDGE             a second reader, asked about each change only: judge:<model>@<url> (default: none)
  STANCEWATCH_JUDGE_API_KEY     the key of a judge's API
  STANCEWATCH_JUDGE_TIMEOUT_S   seconds to wait for a judge (default 20; the second reader at most 20 a batch)
  STANCEWATCH_JUDGE_MAX_REQUESTS  most requests to a judge until the next start (default 200); two for each change
  STANCEWATCH_JUDGE_CACHE       a file that keeps a judge's answers, so that nothing is asked twice
  STANCEWATCH_BATCH_ARTICLES    most articles in one call of the model, 1 to 32 (default 16)
  STANCEWATCH_BATCH_STATEMENTS  most statements in one write of positions, 1 to 1000 (default 100)
  STANCEWATCH_STANDSTILL_SECONDS  ends (70) when a partition with waiting records has not moved for so long (default 900)
  STANCEWATCH_DATA_DIR          a folder for working files; nothing in it needs to survive
  STANCEWATCH_HTTP_HOST         where /metrics, /healthz and /readyz answer (default 127.0.0.1)
  STANCEWATCH_HTTP_PORT         and at which port (default 8000; 0 takes a free one)
  STANCEWATCH_LOG_LEVEL         debug, info (default), warning, error
  STANCEWATCH_LOG_FORMAT        json (default), console
  KAFKA_BOOTSTRAP_SERVERS       host:port, comma separated (default 127.0.0.1:9092)
  KAFKA_SECURITY_PROTOCOL       PLAINTEXT (default), SSL, SASL_PLAINTEXT, SASL_SSL; then KAFKA_SASL_*, KAFKA_SSL_*
  KAFKA_TOPIC_PREFIX            put before every topic and group

Each variable X may be given as X_FILE, a file that holds it. The topics must exist: stancewatch topics create
Exit codes: 0 told to stop, 2 something for you to put right, 70 broken (restart it; nothing is lost).

More in services/stance_classifier/README.md. To try a watchlist without Kafka: stancewatch replay --help
"""


def main() -> None:
    """The console script."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.stdout.write(HELP)
        return
    if sys.argv[1:]:
        sys.stderr.write(f"error: unknown argument {sys.argv[1]}\n\n{HELP}")
        sys.exit(2)
    run_service(run)


def run() -> None:
    """Loads settings, watchlist and model, then serves until told to stop."""
    settings, kafka = load_settings(ClassifierSettings), load_settings(KafkaSettings)
    configure_logs("stance-classifier", settings)
    stop = stop_on_signals()
    # Only now: these imports take a second, and a wrong setting should be told at once.
    from stance_classifier.attribution_tagger.load import load_tagger
    from stance_classifier.model.base import StanceModel
    from stance_classifier.model.fallback import load_or_fall_back
    from stance_classifier.model.load import load_model
    from stance_classifier.positions import apply
    from stance_classifier.reader import Reader
    from stance_classifier.serve import serve

    variables = settings.model_variables(os.environ)
    judge = load_model(settings.judge, variables) if settings.judge else None

    tagger = load_tagger(variables)

    @cache
    def model() -> StanceModel:
        return load_or_fall_back(settings.model, variables, settings.model_fallback)

    serve(settings, kafka, lambda watchlist: Reader(watchlist, model(), tagger), apply, stop, judge)


if __name__ == "__main__":
    main()
