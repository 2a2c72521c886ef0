"""What every step of the engine works with: memory, schedule, queues, clocks, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from stancewatch_schemas.models import Article, ArticleState, FetchState, SourceState
from stancewatch_shared.clock import Clock

from fetcher.agenda import Agenda
from fetcher.lanes import Lanes
from fetcher.memory import Memory, Shard, partition_of
from fetcher.reading import Task
from fetcher.source_models import Source


class Outbox(Protocol):
    """Where articles and memories go. Both return at once."""

    def publish(self, article: Article, on_done: Callable[[bool], None]) -> None:
        """Send; `on_done` is later called (in the engine's thread) with whether the broker has it."""

    def remember(self, partition: int, key: str, state: FetchState | None) -> None:
        """Write to the compacted topic; None deletes."""


@dataclass
class Desk:
    """`monotonic` gives seconds for pauses, `clock` the time of day for schedules."""

    outbox: Outbox
    clock: Clock
    monotonic: Callable[[], float]
    partitions: int
    lanes: Lanes[Task]
    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.memory, self.partitions)

    def shard(self, source: Source) -> Shard | None:
        """The memory of a source's share; None if it is another process's."""
        return self.agenda.shard(source)

    def queue(self, task: Task) -> None:
        """Put a task into the lane of its host."""
        self.lanes.add(task.host, task)

    def remember_article(self, source: Source, shard: Shard, article_id: str, state: ArticleState) -> None:
        """Keep an article's state, here and in the topic."""
        shard.put(article_id, state, self.clock.now())
        key = f"article/{article_id}"
        partition = partition_of(source, self.partitions)
        self.outbox.remember(partition, key, FetchState(id=key, article=state))

    def remember_source(self, source: Source, shard: Shard, state: SourceState) -> None:
        """Keep a source's state, here and in the topic."""
        shard.sources[source.id] = state
        key = f"source/{source.id}"
        partition = partition_of(source, self.partitions)
        self.outbox.remember(partition, key, FetchState(id=key, source=state))
