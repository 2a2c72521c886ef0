"""Pin the base image anew: ask the registry what the tag means today, and write it into every Dockerfile.

    python deploy/images/repin.py                    python:3.11-slim-bookworm, from Docker Hub
    python deploy/images/repin.py --check            only say whether the pin is still what the tag means (exit 1: it is not)
    python deploy/images/repin.py --image mirror.example.org/library/python --tag 3.11-slim-bookworm

Only headers are read (no image is fetched), with an anonymous token. The digest is that of the index, which holds every
architecture. Then build and run the images (`make test-images`) and look at the difference before you commit it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPMessage
from pathlib import Path

HERE = Path(__file__).resolve().parent
PIN = HERE / "python_image.txt"
INDEX = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
HUB, HUB_API = "docker.io", "registry-1.docker.io"
TIMEOUT_SECONDS = 30
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


class NoDigest(Exception):  # noqa: N818 - what we are left with
    """The registry did not say it; the message says what it said."""


def digest_of(image: str, tag: str, scheme: str = "https") -> str:
    """The digest that a tag stands for now, as `sha256:...`. Raises NoDigest."""
    host, _, repository = image.partition("/")
    url = f"{scheme}://{HUB_API if host == HUB else host}/v2/{repository}/manifests/{tag}"
    try:
        headers = head(url, None)
        digest = headers.get("Docker-Content-Digest", "")
    except urllib.error.HTTPError as error:
        raise NoDigest(f"{url} answers {error.code}; is {image}:{tag} right?") from None
    except OSError as error:
        raise NoDigest(f"{url} cannot be reached ({error}); is there a mirror (--image)?") from None
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise NoDigest(f"{url} names no digest")
    return digest


def head(url: str, token: str | None) -> HTTPMessage:
    """The headers of a manifest; where the registry asks for a token, with one."""
    request = urllib.request.Request(url, method="HEAD", headers={"Accept": INDEX})
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            headers: HTTPMessage = answer.headers
            return headers
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "")
        if error.code != 401 or token is not None or not challenge.startswith("Bearer "):
            raise
        return head(url, anonymous_token(dict(CHALLENGE.findall(challenge))))


def anonymous_token(challenge: dict[str, str]) -> str:
    """What the registry's own token server gives to everybody."""
    query = urllib.parse.urlencode({key: challenge[key] for key in ("service", "scope") if key in challenge})
    with urllib.request.urlopen(f"{challenge['realm']}?{query}", timeout=TIMEOUT_SECONDS) as answer:
        content = json.load(answer)
    return str(content.get("token") or content["access_token"])


def main() -> int:
    pinned = PIN.read_text(encoding="utf-8").strip()
    image, tag = pinned.partition("@")[0].rsplit(":", 1)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--image", default=image)
    parser.add_argument("--tag", default=tag)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    try:
        digest = digest_of(options.image, options.tag)
    except NoDigest as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    now = f"{options.image}:{options.tag}@{digest}"
    if now == pinned:
        print(f"current: {pinned}")
        return 0
    if options.check:
        print(f"pinned {pinned}\nnow    {now}")
        return 1
    PIN.write_text(now + "\n", encoding="utf-8")
    print(f"was {pinned}\nnow {now}", flush=True)
    return subprocess.run([sys.executable, str(HERE / "generate.py")], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
