"""What kind of page is this: a whole article, a stub before a paywall, or no article at all? Pure."""

from __future__ import annotations

import re
from enum import StrEnum


class Mark(StrEnum):
    """The named verdict on an extracted page."""

    FULL = "full"
    PAYWALL = "paywall_stub"
    TEASER = "teaser"
    CONSENT_WALL = "consent_wall"
    BOT_WALL = "bot_wall"
    EMPTY = "empty"

    @property
    def is_article(self) -> bool:
        """Whether any of the article can be read here."""
        return self in (Mark.FULL, Mark.PAYWALL, Mark.TEASER)


PAYWALL_WORDS = re.compile(
    r"(subscribe (now )?to (continue|keep|read|unlock)|to (continue|keep) reading|already a subscriber|"
    r"(this|the full) (article|story|content) is (only )?(available |reserved )?(to|for) (our )?(paying )?"
    r"(subscribers|members)|subscribers only|unlock this (article|story)|sign in to (continue|read)|"
    r"register (for free )?to (continue|read)|you have (reached|read) your (monthly )?(limit|last free)|"
    r"réservé aux abonnés|weiterlesen mit|jetzt abonnieren|contenido exclusivo para suscriptores)",
    re.IGNORECASE,
)
BOT_WALL_WORDS = re.compile(
    r"(enable javascript and cookies|checking (if the site connection is secure|your browser)|"
    r"verify(ing)? (that )?you are (a )?human|are you a robot|unusual traffic from your|access denied|"
    r"please enable javascript|request unsuccessful\. incapsula)",
    re.IGNORECASE,
)
CONSENT_WORDS = re.compile(
    r"(we (and our partners )?(use|store) (and/or access )?(cookies|information on a device)|before you continue to|"
    r"accept all cookies|manage your (cookie|privacy) (settings|preferences|choices))",
    re.IGNORECASE,
)
# Lines that stand between the paragraphs of an article on many sites and are no part of it.
BOILERPLATE_LINE = re.compile(
    r"^((click here|tap here) to .*|sign up (here|for|to) .{0,120}(newsletter|e-?mails?|updates|briefing).{0,80}|"
    r"subscribe to (our|the) .{0,60}newsletter.{0,80}|advertisement|sponsored|anzeige|werbung|publicité|publicidad|"
    r"pubblicità|advertentie|annonce|story continues below( advertisement)?|"
    r"(share|save) (this )?(article|story)?|share on (facebook|x|twitter|linkedin|whatsapp)|follow us on .{0,60}|"
    r"(also )?read( more| next| also)?:? .{0,160}|related:? .{0,160}|more on this story|most read|"
    r"(download|get) (our|the) .{0,30}app.{0,60}|all rights reserved\.?|copyright ©.{0,100}|© .{0,100}|"
    r"\d+ min(ute)?s? read|skip to .{0,40}|image source,? .{0,80}|image caption,? .{0,20})$",
    re.IGNORECASE,
)
# "Read more" lines are short; a long sentence that begins so is the writer's own.
MAX_BOILERPLATE_CHARS = 200
MAX_WALL_CHARS = 1500
MAX_PAYWALL_STUB_CHARS = 3000


def judge(text: str, says_paid: bool) -> Mark:
    """The verdict on `text`; `says_paid` is the publisher's own mark (isAccessibleForFree: false)."""
    if not text.strip():
        return Mark.EMPTY
    if len(text) <= MAX_WALL_CHARS:
        if BOT_WALL_WORDS.search(text):
            return Mark.BOT_WALL
        if CONSENT_WORDS.search(text) and len(text) < 800:
            return Mark.CONSENT_WALL
    # The invitation to pay stands at the end of what may be read.
    asks_to_pay = PAYWALL_WORDS.search(text[-600:]) is not None
    if len(text) <= MAX_PAYWALL_STUB_CHARS and (asks_to_pay or says_paid):
        return Mark.PAYWALL
    if text.rstrip().endswith(("…", "...", "[…]", "[...]")) and len(text) < 600:
        return Mark.TEASER
    return Mark.FULL


def without_boilerplate(text: str) -> str:
    """Drop paragraphs that are furniture of the site. A paragraph with quotation marks is never dropped."""
    return "\n\n".join(p for p in text.split("\n\n") if not is_boilerplate(p))


def is_boilerplate(paragraph: str) -> bool:
    """Whether one paragraph is furniture of the site."""
    if len(paragraph) > MAX_BOILERPLATE_CHARS or re.search('["“”„«»]', paragraph):
        return False
    return BOILERPLATE_LINE.match(paragraph.strip()) is not None


def without_invitation(text: str) -> str:
    """Drop the closing paragraphs that ask to pay."""
    paragraphs = text.split("\n\n")
    while len(paragraphs) > 1 and PAYWALL_WORDS.search(paragraphs[-1]) and len(paragraphs[-1]) < 400:
        paragraphs.pop()
    return "\n\n".join(paragraphs)
