"""All sources in force, read from a sources.yaml or a folder of them; a wrong line is an error with its number."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from stancewatch_shared.errors import UserError
from stancewatch_shared.yaml_source import load_yaml_with_lines

from fetcher.schedule import Bounds
from fetcher.source_models import Poll, Source, SourcesFile


@dataclass(frozen=True)
class Catalogue:
    """All sources in force: of one file, or of all files in a folder."""

    sources: dict[str, Source]
    polls: dict[str, Poll]
    contact: str | None
    allow_internal: tuple[str, ...]
    files: tuple[Path, ...]

    def bounds(self, source_id: str) -> Bounds:
        """Floor and ceiling of one source."""
        return self.polls[source_id].bounds


def load_catalogue(path: Path) -> Catalogue:
    """Read `path`: a file, or a folder in which every `sources*.yaml` and `sources*.json` counts.

    Raises UserError with file, line and what to change.
    """
    files = source_files(path)
    catalogue = Catalogue({}, {}, None, (), tuple(files))
    for file in files:
        catalogue = _merged(catalogue, file)
    return catalogue


def catalogue_if_any(path: Path | None = None) -> Catalogue | None:
    """Of `path`, else of STANCEWATCH_SOURCES, else of ./sources.yaml where there is one: whose contact is told."""
    given = path or os.environ.get("STANCEWATCH_SOURCES")
    if given:
        return load_catalogue(Path(given))
    usual = Path("sources.yaml")
    return load_catalogue(usual) if usual.is_file() else None


def source_files(path: Path) -> list[Path]:
    """The files that `path` stands for; UserError when there are none."""
    if not path.is_dir():
        if not path.exists():
            raise UserError(
                "there is no such file: write one (see `stancewatch sources example`) or set STANCEWATCH_SOURCES",
                path,
            )
        return [path]
    found = sorted(
        p for suffix in ("yaml", "yml", "json") for p in path.glob(f"sources*.{suffix}") if p.is_file()
    )
    # The editor schema may lie beside the file it describes.
    found = [p for p in found if not p.name.endswith(".schema.json")]
    if not found:
        raise UserError("the folder holds no sources*.yaml", path)
    return found


def _merged(so_far: Catalogue, file: Path) -> Catalogue:
    content, lines = load_yaml_with_lines(file, SourcesFile)
    sources, polls = dict(so_far.sources), dict(so_far.polls)
    for index, source in enumerate(content.sources):
        place = lines.of(("sources", index, "id"))
        if source.id in sources:
            raise UserError(f"the source id {source.id!r} is used twice: give each its own", file, place)
        if source.path is not None:
            source = source.model_copy(update={"path": (file.parent / source.path).resolve()})  # noqa: PLW2901
            if not source.path or not source.path.is_dir():
                line = lines.of(("sources", index, "path"))
                raise UserError(f"there is no folder {source.path}", file, line)
        sources[source.id] = source
        polls[source.id] = source.poll or content.defaults.poll
    return Catalogue(
        sources=sources,
        polls=polls,
        contact=content.contact or so_far.contact,
        allow_internal=(*so_far.allow_internal, *content.allow_internal),
        files=so_far.files,
    )
