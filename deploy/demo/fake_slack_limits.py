"""Slack's documented limits on a message: what the local Slack refuses, in Slack's own word. Pure."""

from __future__ import annotations

from typing import Any

MOST_BLOCKS = 50
TEXT_LIMIT = 40_000
LIMITS = {"section": 3000, "header": 150, "context": 3000}
BLOCK_TYPES = {"section", "header", "context", "actions", "divider", "image", "rich_text"}


class Refusal(Exception):  # noqa: N818 - named by its fate, as Slack's error words are
    """Slack's error word, with the detail it puts into response_metadata."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(word)
        self.word = word
        self.detail = detail


def check_message(content: dict[str, Any]) -> None:
    """Slack's documented limits on a message."""
    text, blocks = content.get("text"), content.get("blocks")
    if not text and not blocks:
        raise Refusal("no_text")
    if text is not None and len(text) > TEXT_LIMIT:
        raise Refusal("msg_too_long")
    metadata = content.get("metadata")
    if metadata is not None and not (
        isinstance(metadata, dict)
        and metadata.get("event_type")
        and isinstance(metadata.get("event_payload"), dict)
    ):
        raise Refusal("invalid_metadata_format")
    if blocks is None:
        return
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        raise Refusal("invalid_blocks", f"no more than {MOST_BLOCKS} items allowed")
    ids = [each.get("block_id") for each in blocks if each.get("block_id")]
    if len(ids) != len(set(ids)):
        raise Refusal("invalid_blocks", "block_id must be unique")
    for number, block in enumerate(blocks):
        problem = block_problem(block)
        if problem:
            raise Refusal("invalid_blocks", f"{problem} [/blocks/{number}]")


def block_problem(block: dict[str, Any]) -> str | None:
    """What is wrong with a block, or None."""
    kind = block.get("type")
    if kind not in BLOCK_TYPES:
        return f"unsupported type: {kind}"
    if kind == "actions":
        return _actions_problem(block.get("elements"))
    if kind == "context":
        elements = block.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
            return "context takes 1 to 10 elements"
        return next(
            (problem for each in elements if (problem := text_problem(each, LIMITS["context"]))), None
        )
    if kind == "section":
        fields = block.get("fields")
        if fields is not None and (len(fields) > 10 or any(text_problem(each, 2000) for each in fields)):
            return "fields: at most 10 of 2000 characters"
        return None if fields and "text" not in block else text_problem(block.get("text"), LIMITS["section"])
    if kind == "header":
        text = block.get("text")
        if isinstance(text, dict) and text.get("type") != "plain_text":
            return "header takes plain_text"
        return text_problem(text, LIMITS["header"])
    return None


def text_problem(text: Any, limit: int) -> str | None:
    """What is wrong with a text object, or None."""
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        return "text must be plain_text or mrkdwn"
    content = text.get("text")
    if not isinstance(content, str) or not content:
        return "text must be more than 0 characters"
    if len(content) > limit:
        return f"must be less than {limit + 1} characters"
    if text["type"] == "plain_text" and "verbatim" in text:
        return "verbatim is for mrkdwn"
    return None


def _actions_problem(elements: Any) -> str | None:
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        return "actions takes 1 to 25 elements"
    actions = [each.get("action_id") for each in elements]
    if len(actions) != len(set(actions)):
        return "action_id must be unique"
    for each in elements:
        if each.get("type") != "button" or text_problem(each.get("text"), 75):
            return "a button needs plain_text of at most 75 characters"
        if (
            len(each.get("url", "")) > 3000
            or len(each.get("value", "")) > 2000
            or len(each["action_id"]) > 255
        ):
            return "a button's url, value or action_id is too long"
    return None
