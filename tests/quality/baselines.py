"""Two naive readers to compare with: counting polarity words; and our model with the last-label rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stance_classifier.model.base import Probabilities, StanceAnswer, StanceQuestion

_FOR = re.compile(
    r"\b(?:support|back|favou?r|welcom|approv|endors|agree|yes|right|good|accept|sign|allow|will|best)\w*",
    re.I,
)
_AGAINST = re.compile(
    r"\b(?:oppos|against|reject|refus|block|ban|never|not|no|wrong|bad|veto|den(?:y|ied)|scrap|stop)\w*", re.I
)


class PolarityWords:
    """More approving than disapproving words in the marked passage: support; fewer: oppose; none of either: none."""

    name = "polarity-words"
    version = "1"

    def judge(self, questions: Sequence[StanceQuestion]) -> list[StanceAnswer]:
        """Answers each question by counting words; the proposition's own polarity is taken into account."""
        return [self._answer(question) for question in questions]

    @staticmethod
    def _answer(question: StanceQuestion) -> StanceAnswer:
        words = question.passage if question.span is None else question.passage[slice(*question.span)]
        score = len(_FOR.findall(words)) - len(_AGAINST.findall(words))
        if _AGAINST.search(question.proposition):
            score = -score
        if score == 0:
            return StanceAnswer(Probabilities(0.1, 0.1, 0.1, 0.7))
        return StanceAnswer(
            Probabilities(0.85, 0.05, 0.05, 0.05) if score > 0 else Probabilities(0.05, 0.85, 0.05, 0.05)
        )
