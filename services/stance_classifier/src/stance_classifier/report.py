"""Reports for people: what an article says, what it changes, and why not (rich tables; plain text in a pipe)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text
from stancewatch_schemas.models import Article, StanceChange, Statement

from stance_classifier.evidence import Evidence, in_order_said
from stance_classifier.position_filter import STANCES, FilterSettings, forward
from stance_classifier.positions import PositionState

_COLOUR = {"support": "green", "oppose": "red", "neutral": "yellow", "none": "dim"}
_SIGN = {"support": "+", "oppose": "-", "neutral": "o", "none": "."}

REASONS = {
    "BASELINE": "first position seen: nothing to compare it with",
    "SAME_STANCE": "the position in force already is this one",
    "HEARSAY": "others say what the actor thinks",
    "COMMENTARY": "a commentator's view or a guess",
    "RETELLS_OTHER": "passes on what somebody else said",
    "QUESTION": "a question, not a position",
    "NO_POSITION": "the words take no position on the proposition",
    "BELOW_CONFIDENCE": "not sure enough",
    "MODEL_ABSTAINED": "the model can't tell which side the words are on",
    "OLDER_THAN_KNOWN": "said before what is known already",
    "RECAP": "reports an earlier position: fills history only",
    "COPY": "the same text or words as an earlier article: no new witness",
    "CONDITION_CHANGED": "same position, the condition changed",
    "CORRECTION": "the outlet took back what it had printed",
    "NOTHING_TO_CORRECT": "a correction that touches no known statement",
    "ALREADY_KNOWN": "this very statement was read before",
    "BACKFILL": "history loaded on purpose never alerts",
    "NO_EVIDENCE": "nothing that counts is left",
}


def stance_text(stance: str, conditional: bool = False) -> Text:
    """A stance with a sign beside the colour, since colour alone must not carry meaning."""
    words = f"{_SIGN[stance]} {stance}" + (" if" if conditional else "")
    return Text(words, style=_COLOUR[stance])


def print_article_report(
    console: Console,
    article: Article,
    outcomes: Sequence[tuple[Statement, str | None]],
    changes: Sequence[StanceChange],
) -> None:
    """Statements, what each led to, and the changes."""
    console.rule(Text(article.title or "(no headline)"))
    where = f"{article.source}, {article.published_at:%d %B %Y}   {article.url}"
    console.print(Text(where.rstrip(), style="dim"))
    if not outcomes:
        console.print("No watched actor is reported on a watched issue here.")
        return
    for statement, quiet in outcomes:
        head = Text.assemble((statement.actor.name, "bold"), " on ", (statement.issue.name, "bold"), ": ",
                             stance_text(statement.stance, statement.conditional))  # fmt: skip
        console.print(head)
        console.print(Text(f"    “{statement.quote}”", style="italic"))
        console.print(Text("    " + _details(statement), style="dim"))
        reason = quiet if statement.counts or statement.reason is None else statement.reason
        if reason:
            console.print(Text(f"    no change: {reason} ({REASONS.get(reason, 'see the documentation')})"))
    for change in changes:
        console.print(Text.assemble(("CHANGE ", "bold magenta"), change.actor.name, " on ", change.issue.name, ": ",
                                    stance_text(change.from_.stance), " -> ", stance_text(change.to.stance),
                                    f"  ({change.event}, {change.confidence:.0%})"))  # fmt: skip
        console.print(Text(f"    before: “{change.from_.quote}” ({change.from_.source})"))
        console.print(Text(f"    now:    “{change.to.quote}” ({change.to.source})"))


def _details(statement: Statement) -> str:
    parts = [f"voice: {statement.voice}"]
    if statement.speaker:
        parts.append(f"speaker as printed: {statement.speaker}")
    if statement.condition:
        parts.append(f"condition: {statement.condition}")
    parts.append(
        f"said {statement.said_at:%d %b %Y} ({statement.said_precision})"
        + (", earlier position" if statement.recap else "")
    )
    parts.append(f"confidence {statement.attribution_confidence:.2f} that it is the actor's own position")
    if statement.disagreement:
        parts.append(f"another reader: {statement.disagreement}")
    return "; ".join(parts)


def print_position_report(
    console: Console, actor: str, issue: str, state: PositionState, settings: FilterSettings
) -> None:
    """The evidence on one actor and issue in the order said, with what each piece did to the position."""
    console.rule(Text(f"{actor} on {issue}"))
    told = state.announced
    if told is None:
        console.print("No position is known.")
    else:
        console.print(Text.assemble("In force: ", stance_text(told.stance, told.conditional)))
    weighing = in_order_said(state.evidence)
    posteriors = forward([one.observation() for one in weighing], settings)
    table = Table(show_edge=False, expand=True)
    for title in ("said", "stance", "outlet", "words", "support/oppose/neutral after it"):
        table.add_column(title, overflow="fold")
    for one, posterior in zip(weighing, posteriors, strict=True):
        shares = " / ".join(f"{value:.2f}" for value in posterior)
        table.add_row(
            f"{one.said_at:%d %b %Y}",
            stance_text(one.stance, one.conditional),
            one.source,
            Text(one.quote),
            shares,
        )
    for one in state.evidence:
        if not one.weighs:
            table.add_row(
                f"{one.said_at:%d %b %Y}",
                stance_text(one.stance),
                one.source,
                Text(one.quote),
                _why_weightless(one),
            )
    console.print(table)
    console.print(
        Text(
            f"A change is announced from a probability of {settings.announce_threshold:.2f} ({' / '.join(STANCES)}).",
            style="dim",
        )
    )


def _why_weightless(one: Evidence) -> str:
    return "struck by a correction" if one.struck_by else "copy: no new witness"
