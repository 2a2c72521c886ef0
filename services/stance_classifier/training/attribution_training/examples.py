"""What the tagger learns from: words with their speaker, and texts with their sources, cues and contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from stance_classifier.attribution_tagger.windows import TAGS, Window
from stance_classifier.passages import Span

IGNORED = -1


@dataclass(frozen=True)
class PointerExample:
    """Marked words and where their speaker is named.

    `sources` are the mentions of the speaker, `wrong` those of somebody who is known not to be the speaker
    (hearsay); one of the two is empty.
    """

    text: str
    marked: Span
    sources: tuple[Span, ...]
    wrong: tuple[Span, ...] = ()


@dataclass(frozen=True)
class TagExample:
    """A text whose spans are labelled; `unsure` spans are not learnt from. Later labels lie over earlier ones."""

    text: str
    labels: tuple[tuple[Span, str], ...]
    unsure: tuple[Span, ...] = ()


def mask_of(window: Window, spans: Sequence[Span]) -> np.ndarray:
    """Which tokens of a window lie in one of the spans."""
    return np.array([any(span.overlaps(one) for one in spans) for span in window.spans], dtype=bool)


def tags_of(window: Window, example: TagExample) -> np.ndarray:
    """The class of each token, IGNORED where it is not known."""
    found = np.zeros(len(window), dtype=np.int64)
    found[mask_of(window, example.unsure)] = IGNORED
    for span, kind in example.labels:
        found[mask_of(window, [span])] = TAGS.index(kind)
    found[[0, -1]] = IGNORED
    return found
