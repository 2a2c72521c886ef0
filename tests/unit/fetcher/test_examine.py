"""What `sources test` says about an outcome."""

import pytest
from fetcher.examine import explain
from fetcher.outcomes import Refusal, Refused


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "keeps programs out"),
        (403, "keeps programs out"),
        (404, "sources discover"),
        (451, "sources discover"),
    ],
)
def test_a_site_that_keeps_programs_out_is_told_from_a_wrong_address(status, advice):
    step = explain(Refused(Refusal.HTTP_ERROR, f"the server answers {status}"))
    assert step is not None
    assert advice in step.advice
