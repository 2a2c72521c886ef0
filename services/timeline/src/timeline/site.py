"""What every page is given: the read model, the settings, the templates. And how a page becomes an answer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from stancewatch_shared import metrics
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from timeline import highlight, links, plain_text, wording
from timeline.progress import Progress
from timeline.read_model.database import Readers, get_meta
from timeline.settings import TimelineSettings

# Readers may keep an answer this long without asking; then they ask whether it is still the same.
CACHE_SECONDS = 10

Page = Callable[["Site", Request], Response]


@dataclass(frozen=True)
class Site:
    """Handed to each page function."""

    readers: Readers
    settings: TimelineSettings
    progress: Progress
    templates: Environment

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        return self.readers.connection()

    def base_url(self, request: Request) -> str:
        """The address readers use, without a slash at the end."""
        return self.settings.timeline_public_url or str(request.base_url).rstrip("/")

    def render(self, template: str, request: Request, **values: Any) -> str:
        """The template's text."""
        return self.templates.get_template(template).render(
            site_title=self.settings.timeline_title,
            contact=self.settings.timeline_contact,
            not_ready=self.progress.not_ready_reason(),
            path=request.url.path,
            base_url=self.base_url(request),
            **values,
        )

    def html(self, template: str, request: Request, status_code: int = 200, **values: Any) -> HTMLResponse:
        """The template as a page."""
        return HTMLResponse(self.render(template, request, **values), status_code=status_code)


def make_templates() -> Environment:
    """Jinja with escaping always on, whatever the file's name."""
    environment = Environment(
        loader=PackageLoader("timeline"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # templates and code are one version; a look at the disk per page is time lost
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        change_link=links.change_link,
        timeline_link=links.timeline_link,
        actor_link=links.actor_link,
        issue_link=links.issue_link,
        with_query=links.with_query,
        stance_label=wording.stance_label,
        witnesses_text=wording.witnesses_text,
        STANCES=wording.STANCES,
        KINDS=wording.KINDS,
        KINDS_EXPLAINED=wording.KINDS_EXPLAINED,
        EVENTS=wording.EVENTS,
        VOICES=wording.VOICES,
        VERDICTS=wording.VERDICTS,
        SECOND_READER=wording.SECOND_READER,
        STATUSES=wording.STATUSES,
        REASONS=wording.REASONS,
        css_version=_digest_of("static/style.css"),
    )
    environment.filters.update(
        plain=plain_text.plain,
        marked=highlight.marked,
        found_in=highlight.is_found,
        web_link=plain_text.web_link,
        shape=wording.shape,
        reason_text=wording.reason_text,
        confidence_words=wording.confidence_words,
        percent=wording.percent,
        signed=wording.signed,
        odds_text=wording.odds_text,
        date_text=wording.date_text,
    )
    return environment


def make_endpoint(name: str, page: Page, site: Site) -> Callable[[Request], Response]:
    """A page as an endpoint: with an ETag that follows the read model, and measured under its name."""
    build = _build_of(site.settings)

    def endpoint(request: Request) -> Response:
        started = time.monotonic()
        status = 500
        try:
            tag = f'W/"{get_meta(site.connection, "version")}-{build}-{int(site.progress.caught_up)}"'
            if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
                response = Response(status_code=304)
            else:
                response = page(site, request)
            if response.status_code < 400:
                response.headers["ETag"] = tag
                response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
            status = response.status_code
            return response
        except HTTPException as error:
            status = error.status_code
            raise
        finally:
            seconds = time.monotonic() - started
            metrics.TIMELINE_REQUEST_SECONDS.labels(name, f"{status // 100}xx").observe(seconds)

    return endpoint


def _build_of(settings: TimelineSettings) -> str:
    shown: Mapping[str, Any] = settings.model_dump(
        include={"timeline_title", "timeline_contact", "timeline_public_url", "timeline_embed"}
    )
    parts = [repr(sorted(shown.items()))]
    for folder in ("templates", "static"):
        for entry in sorted((files("timeline") / folder).iterdir(), key=lambda each: each.name):
            if entry.is_file():
                parts.append(_digest_of(f"{folder}/{entry.name}"))
    return sha256("".join(parts).encode()).hexdigest()[:10]


def _digest_of(path: str) -> str:
    return sha256((files("timeline") / path).read_bytes()).hexdigest()[:10]
