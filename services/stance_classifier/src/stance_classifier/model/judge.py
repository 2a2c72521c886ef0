"""An LLM as judge, over the OpenAI-compatible chat API (vLLM, Ollama, hosted services).

It is slow and may cost money, so it is asked only about candidate changes. It fails open: where it can't be
asked or understood, the answer says "not verified" with the reason and counts as no evidence either way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from stancewatch_shared import metrics

from stance_classifier.model.base import Probabilities, StanceAnswer, StanceQuestion
from stance_classifier.model.judge_cache import JudgeCache, cache_key
from stance_classifier.model.judge_prompt import (
    PROMPT_VERSION,
    UnreadableAnswer,
    read_answer,
    read_completion,
    request_body,
)

_BUSY, _SERVER_ERROR = 429, 500


@dataclass(frozen=True)
class JudgeSettings:
    """Where the judge is and what it may use.

    `base_url` ends before `/chat/completions` (e.g. `http://localhost:11434/v1`); `max_requests` is the
    budget of one process; `timeout_s` bounds one question, a repeat after "busy" included.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 20.0
    max_requests: int = 200
    cache_path: Path | None = None


@dataclass(frozen=True)
class _NoAnswerError(Exception):
    reason: str


class JudgeModel:
    """Answers stance questions by asking a chat model."""

    def __init__(
        self,
        settings: JudgeSettings,
        session: requests.Session | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._session = session or requests.Session()
        self._monotonic, self._sleep = monotonic, sleep
        self._cache = JudgeCache(settings.cache_path)
        self.requests_made = 0
        self.tokens_used = 0

    @property
    def name(self) -> str:
        """`judge:<model>`."""
        return f"judge:{self._settings.model}"

    @property
    def version(self) -> str:
        """The version of the instructions."""
        return f"prompt-{PROMPT_VERSION}"

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        """Asks one question after another, each at most once for ever."""
        return [self._answer(question) for question in questions]

    def close(self) -> None:
        """Closes connections and cache."""
        self._session.close()
        self._cache.close()

    def _answer(self, question: StanceQuestion) -> StanceAnswer:
        key = cache_key(question, self._settings.model)
        kept = self._cache.get(key)
        if kept is not None:
            return read_answer(kept)
        try:
            content = read_completion(self._ask(question))
            answer = read_answer(content)
        except (_NoAnswerError, UnreadableAnswer) as no_answer:
            metrics.MODEL_UNANSWERED.inc()
            reason = no_answer.reason if isinstance(no_answer, _NoAnswerError) else str(no_answer)
            return StanceAnswer(
                Probabilities(0.25, 0.25, 0.25, 0.25),
                abstained=True,
                verified=False,
                note=f"not verified: {reason}",
            )
        self._cache.put(key, content)
        return answer

    def _ask(self, question: StanceQuestion) -> Any:
        deadline = self._monotonic() + self._settings.timeout_s
        body = request_body(question, self._settings.model)
        response = self._post(body, deadline)
        if response.status_code == _BUSY:
            wait = _seconds(response.headers.get("Retry-After"))
            if self._monotonic() + wait >= deadline:
                raise _NoAnswerError("the judge is busy")
            self._sleep(wait)
            response = self._post(body, deadline)
        if response.status_code >= _SERVER_ERROR or not response.ok:
            raise _NoAnswerError(f"the judge answered HTTP {response.status_code}")
        try:
            completion = response.json()
        except ValueError:
            raise _NoAnswerError("the judge's answer is not JSON") from None
        usage = completion.get("usage") if isinstance(completion, dict) else None
        self.tokens_used += int((usage or {}).get("total_tokens") or 0)
        return completion

    def _post(self, body: dict[str, Any], deadline: float) -> requests.Response:
        if self.requests_made >= self._settings.max_requests:
            raise _NoAnswerError(f"the budget of {self._settings.max_requests} requests is spent")
        self.requests_made += 1
        headers = {"Authorization": f"Bearer {self._settings.api_key}"} if self._settings.api_key else {}
        try:
            return self._session.post(
                self._settings.base_url.rstrip("/") + "/chat/completions",
                json=body,
                headers=headers,
                timeout=max(0.1, deadline - self._monotonic()),
                allow_redirects=False,
            )
        except requests.Timeout:
            raise _NoAnswerError(f"no answer within {self._settings.timeout_s:g} s") from None
        except requests.RequestException as error:
            raise _NoAnswerError(f"the judge can't be reached ({type(error).__name__})") from None


def _seconds(retry_after: str | None) -> float:
    try:
        return max(0.0, float(retry_after or 1))
    except ValueError:
        return 1.0
