"""The LLM judge as second reader: in step 2 and in replay, against a chat API on this machine."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner
from stance_classifier import replay_command
from stance_classifier.keep_positions import KeepPositions
from stance_classifier.model.load import load_model
from stance_classifier.positions import apply
from stance_classifier.stream.second_reader import SecondReader
from stancewatch_schemas.codec import decode
from stancewatch_schemas.models import StanceChange
from stancewatch_shared.errors import UserError

from tests.component.stance_classifier.fakes import Chain, records
from tests.component.stance_classifier.model.fake_chat_api import FakeChatApi, completion, running
from tests.component.stance_classifier.test_keep_positions import AGAINST, FOR, statement
from tests.integration.stance_classifier.keyword_reader import KeywordReader

WATCHLIST = """
actors: [{id: ada, name: Ada Kern}]
issues: [{id: bridge, name: Bridge, proposition: The bridge should be built.}]
"""


def says(stance):
    return completion(json.dumps({"stance": stance, "conditional": False, "past": False, "confidence": 0.9}))


@pytest.fixture
def api():
    with running(FakeChatApi([says("oppose"), says("support")])) as server:
        yield server


def chain_with(api, limit_seconds=20.0, **variables):
    chain = Chain()
    judge = load_model(f"judge:fake@{api.url}", variables)
    chain.positions = KeepPositions(apply, chain.table, chain.outbox, SecondReader(judge, limit_seconds))
    return chain


def told(chain):
    return [decode(StanceChange, value) for value in chain.broker.values("stance-changes")]


def words(chain):
    return [(each.verification.verdict, each.verification.note) for each in told(chain)]


def test_a_change_that_the_judge_reads_alike_is_confirmed(api):
    chain = chain_with(api)
    chain.keep(*records("statements", AGAINST, FOR))
    (change,) = told(chain)
    assert change.verification.model_dump() == {
        "by": "judge:fake prompt-1",
        "verdict": "confirmed",
        "note": "",
    }


def test_the_judge_is_asked_about_candidate_changes_only(api):
    chain = chain_with(api)
    chain.keep(*records("statements", AGAINST, statement(3, "ada opposes bridge")))
    assert api.requests == []
    chain.keep(*records("statements", statement(4), first_offset=2))
    assert len(api.requests) == 2


def test_a_disputed_change_is_still_sent(api):
    api.replies = [says("oppose"), says("neutral")]
    chain = chain_with(api)
    chain.keep(*records("statements", AGAINST, FOR))
    assert words(chain) == [("disputed", "it reads the new words as neutral")]


@pytest.mark.parametrize(
    ("variables", "note"),
    [
        ({"STANCEWATCH_JUDGE_TIMEOUT_S": "0.2"}, "no answer within 0.2 s"),
        ({"STANCEWATCH_JUDGE_MAX_REQUESTS": "1"}, "the budget of 1 requests is spent"),
    ],
)
def test_a_slow_judge_or_a_spent_budget_leaves_the_change_unverified(api, variables, note):
    api.delay_seconds = 0.5 if "STANCEWATCH_JUDGE_TIMEOUT_S" in variables else 0.0
    chain = chain_with(api, **variables)
    chain.keep(*records("statements", AGAINST, FOR))
    assert words(chain) == [("not_verified", note)]


def test_a_judge_that_is_not_there_leaves_the_change_unverified(api):
    api.url = "http://127.0.0.1:9/v1"
    chain = chain_with(api)
    chain.keep(*records("statements", AGAINST, FOR))
    ((verdict, note),) = words(chain)
    assert verdict == "not_verified"
    assert note.startswith("the judge can't be reached")


def test_all_changes_of_a_batch_together_wait_no_longer_than_the_limit(api):
    api.delay_seconds = 5.0
    chain = chain_with(api, limit_seconds=0.3)
    others = [
        statement(n, f"{who} {verb} bridge")
        for n, verb in ((5, "opposes"), (6, "supports"))
        for who in ("bo", "cy")
    ]
    started = time.monotonic()
    chain.keep(*records("statements", AGAINST, FOR, *others))
    assert time.monotonic() - started < 4.0
    assert words(chain) == [("not_verified", "no answer within 0.3 s")] * 3


def test_an_amendment_does_not_wait_for_a_judge_that_hangs(api):
    api.delay_seconds = 5.0
    chain = chain_with(api, limit_seconds=0.3)
    chain.keep(*records("statements", AGAINST, FOR))
    chain.keep(*records("statements", statement(3), first_offset=2))
    assert [(each.event, each.verification is None) for each in told(chain)] == [
        ("changed", False),
        ("corroborated", True),
    ]


def test_a_redelivered_change_has_the_same_id_and_asks_nothing_twice(api):
    chain = chain_with(api)
    chain.table.fails = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            chain.keep(*records("statements", AGAINST, FOR))
    first, second = told(chain)
    assert first == second
    assert len(api.requests) == 2


def test_a_cache_that_cannot_be_used_is_told_at_the_start(tmp_path):
    with pytest.raises(UserError, match="STANCEWATCH_JUDGE_CACHE"):
        load_model("judge:fake@http://127.0.0.1:9/v1", {"STANCEWATCH_JUDGE_CACHE": str(tmp_path)})


@pytest.fixture
def replayed(tmp_path, monkeypatch):
    """`stancewatch replay` of a reversal, with the keyword reader for the first reader."""
    monkeypatch.setattr(replay_command, "Reader", lambda *_: KeywordReader())
    (tmp_path / "watchlist.yaml").write_text(WATCHLIST)
    articles = [
        {
            "id": f"post/{day}",
            "source": "Post",
            "url": "",
            "title": "T",
            "published_at": f"2031-01-0{day}T00:00:00Z",
            "text": f"ada {verb} bridge",
        }
        for day, verb in ((1, "opposes"), (2, "supports"))
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))

    def run(*options):
        paths = ["--watchlist", tmp_path / "watchlist.yaml", "--articles", tmp_path / "articles.jsonl"]
        first = ["--model", "judge:never-asked@http://127.0.0.1:9/v1"]
        arguments = [*map(str, paths), *first, *options]
        done = CliRunner().invoke(replay_command.replay, arguments, catch_exceptions=False)
        return json.loads(done.stdout)

    return run


def test_replay_asks_the_judge_that_is_named(api, replayed):
    assert replayed("--judge", f"judge:fake@{api.url}")["verification"]["verdict"] == "confirmed"


def test_replay_without_a_judge_has_no_such_key(replayed):
    assert "verification" not in replayed()
