"""The classifier's real process with the keyword reader in place of the model: `python -m ...worker`.

TEST_LONGEST_STALL_SECONDS makes its event loop stand still for up to so long, again and again, as on a machine that is
overloaded: answers, time-outs and rebalances then come in every order.
"""

from __future__ import annotations

import asyncio
import os
import random
import time

from stance_classifier import serve as serving
from stance_classifier.app import ClassifierApp
from stance_classifier.positions import apply
from stance_classifier.serve import serve
from stance_classifier.settings import ClassifierSettings
from stancewatch_shared.logs import configure_logs
from stancewatch_shared.service import run_service, stop_on_signals
from stancewatch_shared.settings import KafkaSettings, load_settings

from tests.integration.stance_classifier.keyword_reader import KeywordReader, seconds_from_environment

LONGEST_STALL_SECONDS = float(os.environ.get("TEST_LONGEST_STALL_SECONDS", "0"))


class StallingApp(ClassifierApp):
    """The app, in a loop that keeps standing still."""

    async def start(self) -> None:
        self._stalls = asyncio.create_task(_stalls())
        await super().start()


async def _stalls() -> None:
    while True:
        time.sleep(random.uniform(0, LONGEST_STALL_SECONDS))
        await asyncio.sleep(random.uniform(0, LONGEST_STALL_SECONDS / 2))


def run() -> None:
    settings, kafka = load_settings(ClassifierSettings), load_settings(KafkaSettings)
    configure_logs("stance-classifier", settings)
    if LONGEST_STALL_SECONDS:
        serving.ClassifierApp = StallingApp  # type: ignore[misc]
    reader = KeywordReader(seconds_from_environment())
    serve(settings, kafka, lambda _watchlist: reader, apply, stop_on_signals())


if __name__ == "__main__":
    run_service(run)
