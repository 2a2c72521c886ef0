"""Article to statements: find, ask, compose. Stateless; the same article gives the same statements.

One batch of articles is one batch of questions to the model, whatever the number of actors and issues.
"""

from __future__ import annotations

from collections.abc import Sequence

from stancewatch_schemas.models import Article, Statement
from stancewatch_shared.near_duplicates import signature

from stance_classifier.attribution_tagger.base import AttributionTagger
from stance_classifier.candidates import Candidate, find_candidates
from stance_classifier.corrections import corrected_issues, find_corrections
from stance_classifier.model.base import StanceAnswer, StanceModel
from stance_classifier.passages import Document
from stance_classifier.second_look import combine, unmarked
from stance_classifier.statements import compose_statements, judge_candidate
from stance_classifier.strikes import compose_strikes
from stance_classifier.watchlist import Watchlist


class Reader:
    """Reads articles against a watchlist; swap `watchlist` to follow a reloaded file.

    Without a tagger the rules alone say who speaks.
    """

    def __init__(
        self, watchlist: Watchlist, model: StanceModel, tagger: AttributionTagger | None = None
    ) -> None:
        self.watchlist = watchlist
        self._model = model
        self._tagger = tagger

    @property
    def model_name(self) -> str:
        """Name and version, as statements carry it."""
        return f"{self._model.name} {self._model.version}"

    def read(self, articles: Sequence[Article]) -> list[list[Statement]]:
        """Statements of each article, in the articles' order."""
        watchlist = self.watchlist
        found = [find_candidates(a.text, a.title, a.published_at, watchlist, self._tagger) for a in articles]
        asked = [
            candidate for _, candidates in found for candidate in candidates if candidate.refusal is None
        ]
        answers = iter(self._ask(asked))
        return [
            self._compose(
                article, document, [(c, next(answers) if c.refusal is None else None) for c in candidates]
            )
            for article, (document, candidates) in zip(articles, found, strict=True)
        ]

    def _ask(self, asked: Sequence[Candidate]) -> list[StanceAnswer]:
        """Each candidate's marked words, and the whole passage of those in the present, in one batch."""
        if not asked:
            return []
        again = [
            index for index, candidate in enumerate(asked) if not (candidate.is_aside or candidate.is_part)
        ]
        marked = [candidate.question for candidate in asked]
        answers = self._model.judge([*marked, *(unmarked(marked[index]) for index in again)])
        first, second = answers[: len(asked)], answers[len(asked) :]
        for index, whole in zip(again, second, strict=True):
            first[index] = combine(first[index], whole)
        return first

    def _compose(
        self, article: Article, document: Document, answered: list[tuple[Candidate, StanceAnswer | None]]
    ) -> list[Statement]:
        signed = (
            article
            if article.signature
            else article.model_copy(update={"signature": signature(article.text)})
        )
        judged = [judge_candidate(candidate, answer) for candidate, answer in answered]
        corrected = corrected_issues(
            document, find_corrections(document, article.title), self.watchlist.issues
        )
        statements = compose_statements(signed, document, judged, self.model_name)
        return [
            *compose_strikes(signed, document, corrected, self.watchlist, statements, self.model_name),
            *statements,
        ]
