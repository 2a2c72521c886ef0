"""Three signatures: Slack's requests to us, our links in messages, our webhooks. All compared in constant time."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256

# Slack's own rule: older requests may be replays.
SLACK_TOLERANCE_SECONDS = 300


def is_from_slack(secret: str, timestamp: str, body: bytes, signature: str, now_seconds: float) -> bool:
    """Whether ``X-Slack-Signature`` is right and fresh (``v0=`` HMAC-SHA256 of ``v0:timestamp:body``)."""
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    if abs(now_seconds - int(timestamp)) > SLACK_TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(sign_slack(secret, timestamp, body).encode(), signature.encode())


def sign_slack(secret: str, timestamp: str, body: bytes) -> str:
    """What Slack puts into ``X-Slack-Signature``."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, sha256).hexdigest()


def sign_link(secret: str, alert_id: str, verdict: str, receiver: str, until: str) -> str:
    """Signature of a verdict link: it can be used for this alert and verdict only, to the day ``until``."""
    content = "\x1f".join(("verdict-link", alert_id, verdict, receiver, until)).encode()
    return urlsafe_b64encode(hmac.new(secret.encode(), content, sha256).digest()).decode().rstrip("=")


def is_our_link(secret: str, alert_id: str, verdict: str, receiver: str, until: str, signature: str) -> bool:
    """Whether we made this link. Whether its day has passed is asked by who knows the time."""
    made = sign_link(secret, alert_id, verdict, receiver, until)
    return hmac.compare_digest(made.encode(), signature.encode())


def sign_webhook(secret: str, message_id: str, timestamp_seconds: int, body: bytes) -> str:
    """``webhook-signature`` of Standard Webhooks: ``v1,`` and the HMAC-SHA256 in base64."""
    shown_id = message_id.encode("ascii", "backslashreplace")
    content = shown_id + f".{timestamp_seconds}.".encode() + body
    return "v1," + b64encode(hmac.new(_webhook_key(secret), content, sha256).digest()).decode()


def _webhook_key(secret: str) -> bytes:
    """``whsec_`` secrets are base64; any other text is taken as it is."""
    if secret.startswith("whsec_"):
        try:
            return b64decode(secret.removeprefix("whsec_"), validate=True)
        except Base64Error:
            pass
    return secret.encode()
