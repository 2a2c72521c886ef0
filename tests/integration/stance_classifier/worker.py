"""The classifier's real process with the keyword reader in place of the model: `python -m ...worker`."""

from __future__ import annotations

from stance_classifier.positions import apply
from stance_classifier.serve import serve
from stance_classifier.settings import ClassifierSettings
from stancewatch_shared.logs import configure_logs
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings

from tests.integration.stance_classifier.keyword_reader import KeywordReader, seconds_from_environment


def run() -> None:
    settings, kafka = load_settings(ClassifierSettings), load_settings(KafkaSettings)
    configure_logs("stance-classifier", settings)
    reader = KeywordReader(seconds_from_environment())
    serve(settings, kafka, lambda _watchlist: reader, apply, stop_on_signals())


if __name__ == "__main__":
    run_service(run)
