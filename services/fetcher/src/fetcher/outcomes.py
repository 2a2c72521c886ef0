"""What can come of one request. Every refusal and failure is a value with a reason, never an exception."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Refusal(StrEnum):
    """Why we did not read an answer that we could have had, or were not let to ask."""

    ADDRESS_FORBIDDEN = "address_forbidden"
    SCHEME = "scheme"
    BAD_URL = "bad_url"
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    BOMB = "decompression_bomb"
    TOO_SLOW = "too_slow"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REDIRECT_LOOP = "redirect_loop"
    NOT_PARSEABLE = "not_parseable"
    PARSER_DEADLINE = "parser_deadline"
    PARSER_CRASH = "parser_crash"
    ENCODING = "content_encoding"
    HTTP_ERROR = "http_error"


@dataclass(frozen=True)
class Hop:
    """One redirect that was followed."""

    status: int
    url: str

    @property
    def is_permanent(self) -> bool:
        """Whether the server asked to use the new address from now on."""
        return self.status in (301, 308)


@dataclass(frozen=True)
class Fetched:
    """A complete body within all limits. `headers` has lower-case names; `url` is where it finally lay."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    hops: tuple[Hop, ...] = ()
    wire_bytes: int = 0


@dataclass(frozen=True)
class NotModified:
    """304: nothing new since the validators that we sent."""

    headers: dict[str, str] = field(default_factory=dict)
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True)
class Throttled:
    """429 or 503: the server asked for less. `retry_after` is its own wish, if it named one."""

    status: int
    retry_after: timedelta | None


@dataclass(frozen=True)
class Gone:
    """410: the owner says that it will not come back."""


@dataclass(frozen=True)
class Refused:
    """An answer (or address) we will not read; asking again soon changes nothing."""

    reason: Refusal
    detail: str


@dataclass(frozen=True)
class Failed:
    """A passing fault: network, DNS, TLS, or a status of 5xx."""

    detail: str
    status: int | None = None


@dataclass(frozen=True)
class HandedBack(Failed):
    """The host that is next, at the end of `hops`, is not free for us: the request goes on when it is."""

    hops: tuple[Hop, ...] = ()


Outcome = Fetched | NotModified | Throttled | Gone | Refused | Failed


def outcome_label(outcome: Outcome) -> str:
    """The word for logs and metrics."""
    match outcome:
        case Fetched():
            return "fetched"
        case NotModified():
            return "not_modified"
        case Throttled():
            return "throttled"
        case Gone():
            return "gone"
        case Refused(reason=reason):
            return f"refused_{reason.value}"
        case Failed():
            return "failed"
