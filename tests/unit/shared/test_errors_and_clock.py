from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stancewatch_shared.clock import FakeClock, SystemClock
from stancewatch_shared.errors import UserError


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (UserError("broken"), "broken"),
        (UserError("broken", "a.yaml"), "a.yaml: broken"),
        (UserError("broken", "a.yaml", 3), "a.yaml:3: broken"),
    ],
)
def test_a_user_error_reads_file_line_reason(error: UserError, shown: str) -> None:
    assert str(error) == shown


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_fake_clock_moves_only_when_told() -> None:
    clock = FakeClock(datetime(2025, 5, 1, tzinfo=UTC))
    before = clock.now()
    clock.advance(timedelta(hours=2))
    assert clock.now() - before == timedelta(hours=2)


def test_a_fake_clock_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        FakeClock(datetime(2025, 5, 1))
