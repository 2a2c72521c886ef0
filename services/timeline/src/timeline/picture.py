"""The state timeline of an actor on an issue as places and words; the template draws it. Pure layout.

Three lanes: support, undecided, oppose. A band lies in the lane of the position in force; each statement is
a mark in the lane of its stance. Shapes and words carry everything that colour does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from timeline.read_model.positions import Position
from timeline.ticks import Tick, make_ticks
from timeline.wording import date_text, parse_moment, shape, stance_label

LANES = ("support", "neutral", "oppose")
LANE_PX = 58
TOP_PX = 26
BAND_PX = 24
_CALENDAR_BEGINS = datetime(1, 1, 1, tzinfo=UTC)
_CALENDAR_ENDS = datetime(9999, 12, 31, tzinfo=UTC)
_MARK_BIN_PX = 11
_MEAN_CHAR_PX = 6.9


FATES = {"counts": "counted", "copy": "a copy", "ignored": "did not count", "struck": "struck"}


@dataclass(frozen=True)
class Mark:
    """Statements of one stance and one fate that lie at the same place."""

    x: float
    y: float
    shape: str
    stance: str
    fate: str
    size: float
    count: int
    label: str


@dataclass(frozen=True)
class Band:
    """A position while it was in force; ``number`` counts the changes from 1, 0 where none began it."""

    x: float
    y: float
    width: float
    stance: str
    conditional: bool
    label: str
    text: str
    number: int
    change_id: str | None
    from_y: float | None


@dataclass(frozen=True)
class Picture:
    """All in pixels of a drawing ``width`` x ``height``."""

    width: int
    height: int
    left: int
    right: int
    lanes: tuple[tuple[str, float, str], ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    axis_y: float


@dataclass(frozen=True)
class Said:
    """Statements of one day or month, stance and fate (counts | ignored | struck | copy)."""

    said_at: str
    stance: str
    fate: str
    count: int
    source: str
    precision: str = "day"


def draw(positions: Sequence[Position], said: Iterable[Said], width: int) -> Picture | None:
    """Lay the picture out, or None where there is nothing to show."""
    spoken = list(said)
    moments = [parse_moment(p.since) for p in positions] + [parse_moment(s.said_at) for s in spoken]
    if not moments:
        return None
    narrow = width < 600
    left, right = (12, width - 12) if narrow else (104, width - 16)
    axis = _Axis(min(moments), max(moments), left, right)
    axis_y = float(TOP_PX + LANE_PX * len(LANES))
    return Picture(
        width,
        int(axis_y) + 30,
        left,
        right,
        tuple((stance, _lane_y(stance), stance_label(stance)) for stance in LANES),
        tuple(_bands(positions, axis)),
        tuple(_marks(spoken, axis)),
        tuple(_labels(make_ticks(axis.start, axis.end, 4 if narrow else 9), axis)),
        axis_y,
    )


class _Axis:
    """Places moments between ``left`` and ``right``, with a little room on both sides."""

    def __init__(self, first: datetime, last: datetime, left: int, right: int) -> None:
        room = max((last - first) * 0.04, timedelta(days=1))
        self.start = first - min(room, first - _CALENDAR_BEGINS)
        self.end = last + min(room, _CALENDAR_ENDS - last)
        self._left, self._right = left, right

    def x(self, moment: datetime) -> float:
        share = (moment - self.start) / max(self.end - self.start, timedelta(seconds=1))
        return round(self._left + share * (self._right - self._left), 1)


def _lane_y(stance: str) -> float:
    return float(TOP_PX + LANES.index(stance) * LANE_PX)


def _bands(positions: Sequence[Position], axis: _Axis) -> Iterable[Band]:
    starts = [parse_moment(position.since) for position in positions]
    # The order of decision may differ from the order said; a band never runs backwards.
    for index in range(1, len(starts)):
        starts[index] = max(starts[index], starts[index - 1])
    number = 0
    for index, position in enumerate(positions):
        x = axis.x(starts[index])
        until = axis.x(starts[index + 1]) if index + 1 < len(starts) else axis.x(axis.end)
        # A condition added or dropped later belongs to the change it amends.
        is_change = position.change_id is not None and (
            index == 0 or position.change_id != positions[index - 1].change_id
        )
        number += is_change
        text = stance_label(position.stance, position.conditional)
        fits = until - x > len(text) * _MEAN_CHAR_PX + 22
        yield Band(
            x,
            _lane_y(position.stance) + 4,
            round(max(until - x, 3.0), 1),
            position.stance,
            position.conditional,
            text,
            text if fits else "",
            number if is_change else 0,
            position.change_id,
            _lane_y(positions[index - 1].stance) + 4 if index else None,
        )


def _marks(said: Iterable[Said], axis: _Axis) -> Iterable[Mark]:
    heaps: dict[tuple[int, str, str], list[Said]] = {}
    for one in said:
        if one.stance in LANES:
            place = round(axis.x(parse_moment(one.said_at)) / _MARK_BIN_PX)
            heaps.setdefault((place, one.stance, one.fate), []).append(one)
    lifts = {"counts": 0, "copy": 4, "ignored": 8, "struck": 12}
    for (place, stance, fate), heap in sorted(heaps.items()):
        count = sum(one.count for one in heap)
        label = _mark_label(heap, count)
        y = _lane_y(stance) + BAND_PX + 12 + lifts.get(fate, 0)
        size = round(11 + 3 * math.log10(count), 1)
        yield Mark(place * _MARK_BIN_PX, y, shape(stance), stance, fate, size, count, label)


def _mark_label(heap: Sequence[Said], count: int) -> str:
    first, last = (date_text(one.said_at, one.precision) for one in (heap[0], heap[-1]))
    when = first if first == last else f"{first} to {last}"
    what = f"{stance_label(heap[0].stance)}, {FATES[heap[0].fate]}"
    return f"{what}: {heap[0].source}, {when}" if count == 1 else f"{what}: {count} statements, {when}"


def _labels(ticks: Iterable[Tick], axis: _Axis) -> Iterable[tuple[float, str]]:
    for tick in ticks:
        yield axis.x(tick.moment), tick.text
