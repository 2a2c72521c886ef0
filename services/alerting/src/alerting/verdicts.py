"""Verdicts of editors: written to the topic, shown in the threads, counted as the live error rate."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from stancewatch_schemas.codec import InvalidMessage, decode, encode
from stancewatch_schemas.models import Delivery, SentAlert, Verdict
from stancewatch_shared import metrics
from stancewatch_shared.logs import get_logger

from alerting.ids import verdict_id
from alerting.reasons import Reason
from alerting.view import AlertView

Word = Literal["true", "not_a_change", "wrong_person"]
WORDS: tuple[str, ...] = get_args(Word)
CALIBRATION_STEPS = 10
_Z_95 = 1.959964


@dataclass(frozen=True)
class Rate:
    """``wrong`` of ``judged`` alerts; ``low`` to ``high`` is Wilson's 95 % interval; ratios are 0 to 1."""

    judged: int
    wrong: int
    low: float
    high: float

    @property
    def ratio(self) -> float | None:
        return self.wrong / self.judged if self.judged else None


def make_verdict(
    view: AlertView, word: str, by: str, via: str, receiver: str | None, given_at: datetime, click: str
) -> Verdict:
    """``click`` identifies the click: the same click twice is one verdict."""
    return Verdict.model_validate(
        {
            "id": verdict_id(view.head.id, by, f"{click}/{word}"),
            "alert_id": view.head.id,
            "verdict": word,
            "by": by,
            "via": via,
            "receiver": receiver,
            "given_at": given_at,
            "actor_id": view.head.actor.id,
            "issue_id": view.head.issue.id,
            "kind": view.head.kind,
            "confidence": view.head.confidence,
            "witnesses": view.head.witnesses,
        }
    )


def with_verdict(alert: SentAlert, verdict: Verdict, now: datetime) -> SentAlert | None:
    """The alert with the verdict and a delivery for every receiver that has its head; None: known already."""
    known = [decode(Verdict, text.encode()) for text in alert.verdicts]
    newest = max(
        (each for each in known if each.by == verdict.by), key=lambda each: each.given_at, default=None
    )
    if any(each.id == verdict.id for each in known) or (newest and newest.verdict == verdict.verdict):
        return None
    heads = [each for each in alert.deliveries if each.role == "head" and each.state in ("sent", "sending")]
    told = [
        Delivery(
            receiver=each.receiver,
            change_id=verdict.id,
            role="verdict",
            state="pending",
            reason=Reason.VERDICT,
            due_at=now,
        )
        for each in heads
    ]
    return alert.model_copy(
        update={
            "verdicts": [*alert.verdicts, encode(verdict).decode()],
            "deliveries": [*alert.deliveries, *told],
            "updated_at": now,
        }
    )


def error_rate(verdicts: Iterable[Verdict]) -> Rate:
    """Each editor's newest verdict on each alert counts; an alert is wrong unless more say true than wrong."""
    judged = _judged(verdicts)
    wrong = sum(is_wrong for is_wrong, _ in judged)
    low, high = wilson(wrong, len(judged))
    return Rate(len(judged), wrong, low, high)


def calibration(verdicts: Iterable[Verdict]) -> list[dict[str, float | int]]:
    """For each tenth of confidence: how many judged alerts, and what share of them was right."""
    bins: dict[int, list[bool]] = {}
    for is_wrong, confidence in _judged(verdicts):
        if confidence is not None:
            step = min(CALIBRATION_STEPS - 1, int(confidence * CALIBRATION_STEPS))
            bins.setdefault(step, []).append(not is_wrong)
    return [
        {
            "confidence_from": step / CALIBRATION_STEPS,
            "confidence_to": (step + 1) / CALIBRATION_STEPS,
            "judged": len(right),
            "right_ratio": sum(right) / len(right),
        }
        for step, right in sorted(bins.items())
    ]


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) when nothing was counted."""
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    scale = 1 + _Z_95**2 / total
    centre = (share + _Z_95**2 / (2 * total)) / scale
    half = _Z_95 * math.sqrt(share * (1 - share) / total + _Z_95**2 / (4 * total**2)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)


def _judged(verdicts: Iterable[Verdict]) -> list[tuple[bool, float | None]]:
    newest: dict[tuple[str, str], Verdict] = {}
    for each in sorted(verdicts, key=lambda verdict: verdict.given_at):
        newest[each.alert_id, each.by] = each
    by_alert: dict[str, list[Verdict]] = {}
    for each in newest.values():
        by_alert.setdefault(each.alert_id, []).append(each)
    found = []
    for group in by_alert.values():
        against = sum(each.verdict != "true" for each in group)
        confidence = next((each.confidence for each in group if each.confidence is not None), None)
        found.append((against * 2 >= len(group), confidence))
    return found


class VerdictBook:
    """All verdicts of the topic, thread-safe; ``on_new`` is told of each one once."""

    def __init__(self, on_new: Callable[[Verdict], Any] = lambda _: None) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Verdict] = {}
        self._on_new = on_new

    def note(self, _key: bytes | None, value: bytes | None) -> None:
        """Take in a record of the topic."""
        try:
            verdict = decode(Verdict, value)
        except InvalidMessage as error:
            get_logger().warning("verdict_ignored", reason=error.reason)
            return
        with self._lock:
            if verdict.id in self._by_id:
                return
            self._by_id[verdict.id] = verdict
            ratio = error_rate(self._by_id.values()).ratio
        metrics.VERDICTS.labels(verdict.verdict).inc()
        metrics.ALERT_ERROR_RATIO.set(math.nan if ratio is None else ratio)
        self._on_new(verdict)

    def all(self) -> list[Verdict]:
        with self._lock:
            return list(self._by_id.values())

    def report(self, now: datetime) -> dict[str, Any]:
        """The published error rate with its uncertainty, and the calibration data."""
        verdicts = self.all()
        rate = error_rate(verdicts)
        return {
            "as_of": now.astimezone(UTC).isoformat(),
            "alerts_judged": rate.judged,
            "alerts_wrong": rate.wrong,
            "error_ratio": rate.ratio,
            "error_ratio_95_low": rate.low,
            "error_ratio_95_high": rate.high,
            "calibration": calibration(verdicts),
        }
