"""The LLM judge against a chat API on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from stance_classifier.model.base import StanceQuestion
from stance_classifier.model.judge import JudgeModel, JudgeSettings
from stance_classifier.model.load import load_model

from tests.component.stance_classifier.model.fake_chat_api import FakeChatApi, completion, running

OPPOSE = '{"stance": "oppose", "conditional": true, "past": false, "confidence": 0.9}'
QUESTION = StanceQuestion("Mara Lindt", "The bridge should be built.", "Lindt called it madness.", (6, 23))


@pytest.fixture
def api() -> Iterator[FakeChatApi]:
    with running(FakeChatApi([completion(OPPOSE)])) as server:
        yield server


def judge(api: FakeChatApi, **settings: object) -> JudgeModel:
    return JudgeModel(JudgeSettings(api.url, "fake", **settings), sleep=lambda _: None)  # type: ignore[arg-type]


def test_an_answer_of_the_schema_is_taken(api: FakeChatApi) -> None:
    answer = judge(api).judge([QUESTION])[0]

    assert (answer.stance, answer.is_conditional, answer.is_past) == ("oppose", True, False)
    assert answer.probabilities.oppose == pytest.approx(0.9)
    assert answer.verified


def test_the_judge_is_told_actor_proposition_passage_and_marked_words(api: FakeChatApi) -> None:
    judge(api).judge([QUESTION])

    assert json.loads(api.requests[0]["messages"][1]["content"]) == {
        "actor": "Mara Lindt",
        "proposition": "The bridge should be built.",
        "passage": "Lindt called it madness.",
        "words_under_judgement": "called it madness",
    }


def test_the_same_question_is_asked_once_even_by_another_process(api: FakeChatApi, tmp_path: Path) -> None:
    for _ in range(2):
        model = judge(api, cache_path=tmp_path / "judge.sqlite")
        assert model.judge([QUESTION])[0].stance == "oppose"
        model.close()

    assert len(api.requests) == 1


def test_beyond_the_budget_nothing_is_asked(api: FakeChatApi) -> None:
    other = StanceQuestion("Mara Lindt", "The bridge should be painted.", "Lindt called it madness.")

    answers = judge(api, max_requests=1).judge([QUESTION, other])

    assert [answer.verified for answer in answers] == [True, False]
    assert len(api.requests) == 1


def test_tokens_used_are_counted(api: FakeChatApi) -> None:
    model = judge(api)

    model.judge([QUESTION])

    assert (model.requests_made, model.tokens_used) == (1, 100)


def test_a_busy_judge_is_asked_once_more(api: FakeChatApi) -> None:
    api.replies = [(429, {"Retry-After": "2"}, b"{}"), completion(OPPOSE)]

    assert judge(api).judge([QUESTION])[0].verified


def test_a_judge_busy_for_longer_than_the_time_limit_is_left(api: FakeChatApi) -> None:
    api.replies = [(429, {"Retry-After": "60"}, b"{}")]

    answer = judge(api).judge([QUESTION])[0]

    assert answer.note == "not verified: the judge is busy"


def test_the_key_is_sent_and_a_wrong_one_leaves_the_answer_unverified(api: FakeChatApi) -> None:
    api.key = "right"

    assert judge(api, api_key="right").judge([QUESTION])[0].verified
    assert (
        judge(api, api_key="wrong").judge([QUESTION])[0].note == "not verified: the judge answered HTTP 401"
    )


@pytest.mark.parametrize(
    "reply",
    [
        completion("I think she opposes it."),
        completion('{"stance": "against", "conditional": false, "past": false, "confidence": 0.9}'),
        completion('{"stance": "oppose", "conditional": false, "past": false, "confidence": 7}'),
        completion('{"stance": "oppose"}'),
        completion(OPPOSE[:20], finish_reason="length"),
        completion(None, refusal="I can't help with that."),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (500, {}, b"{}"),
        (302, {"Location": "http://127.0.0.1:1/"}, b""),
    ],
)
def test_what_cannot_be_understood_is_not_verified_and_no_evidence(
    api: FakeChatApi, reply: tuple[int, dict[str, str], bytes]
) -> None:
    api.replies = [reply]

    answer = judge(api).judge([QUESTION])[0]

    assert (answer.verified, answer.abstained) == (False, True)
    assert answer.note is not None
    assert answer.note.startswith("not verified: ")


def test_an_unreadable_answer_is_not_cached(api: FakeChatApi) -> None:
    api.replies = [completion("?"), completion(OPPOSE)]
    model = judge(api)

    assert [model.judge([QUESTION])[0].verified for _ in range(2)] == [False, True]


def test_a_slow_judge_is_left_at_the_time_limit(api: FakeChatApi) -> None:
    api.delay_seconds = 1.0

    assert judge(api, timeout_s=0.2).judge([QUESTION])[0].note == "not verified: no answer within 0.2 s"


def test_a_judge_that_is_not_there_fails_open() -> None:
    model = JudgeModel(JudgeSettings("http://127.0.0.1:9/v1", "fake", timeout_s=2))

    assert not model.judge([QUESTION])[0].verified


def test_the_key_never_shows_in_the_settings() -> None:
    assert "hush" not in repr(JudgeSettings("http://x", "m", api_key="hush"))


def test_a_spec_names_model_and_address(api: FakeChatApi) -> None:
    model = load_model(f"judge:fake@{api.url}", {"STANCEWATCH_JUDGE_MAX_REQUESTS": "5"})

    assert model.name == "judge:fake"
    assert model.judge([QUESTION])[0].stance == "oppose"
