"""Reading a body within limits: bytes on the wire, bytes decompressed, and their ratio."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from fetcher.outcomes import Refusal

MEGABYTE = 1_000_000
# Text compresses by 3 to 20; the densest zlib stream by 1,000.
MAX_RATIO = 100
# Small bodies may be dense (a sitemap of one prefix): the ratio counts only above this size.
RATIO_FREE_BYTES = 1 * MEGABYTE
STEP_BYTES = 64 * 1024


class BodyRefused(Exception):  # noqa: N818
    """The body breaks a limit."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def read_body(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> tuple[bytes, int]:
    """Join and decompress `chunks`; returns body and bytes read from the wire.

    `encoding` is the Content-Encoding header. Memory never exceeds about twice `max_bytes`, since the
    decompressor is asked for bounded steps. Raises BodyRefused.
    """
    decoders = [_decoder(name) for name in reversed(_names(encoding))]
    if len(decoders) > 1:
        raise BodyRefused(Refusal.ENCODING, f"compressed more than once: {encoding[:80]}")
    decoder = decoders[0] if decoders else None
    body, wire = bytearray(), 0
    for chunk in chunks:
        wire += len(chunk)
        if wire > max_bytes:
            raise BodyRefused(Refusal.TOO_LARGE, f"more than {max_bytes / MEGABYTE:g} MB")
        if decoder is None:
            body += chunk
        else:
            decoder.feed(chunk, body, wire, max_bytes)
    if decoder is not None:
        decoder.finish()
    return bytes(body), wire


def gunzip(data: bytes, max_bytes: int) -> bytes:
    """Decompress a .gz file within the same limits. Raises BodyRefused."""
    return read_body([data], "gzip", max_bytes)[0]


def _names(encoding: str) -> list[str]:
    return [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]


def _decoder(name: str) -> _Inflater:
    if name not in ("gzip", "x-gzip", "deflate"):
        raise BodyRefused(Refusal.ENCODING, f"Content-Encoding {name[:40]} was not asked for")
    return _Inflater(is_deflate=name == "deflate")


class _Inflater:
    def __init__(self, is_deflate: bool) -> None:
        self._is_deflate = is_deflate
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS if is_deflate else zlib.MAX_WBITS | 16)
        self._is_first = True

    def feed(self, chunk: bytes, body: bytearray, wire: int, max_bytes: int) -> None:
        """Append what `chunk` decompresses to; check the limits after each bounded step."""
        pending = chunk
        while pending:
            try:
                body += self._inflate.decompress(pending, STEP_BYTES)
            except zlib.error as error:
                if not (self._is_first and self._is_deflate):
                    raise BodyRefused(Refusal.ENCODING, f"broken compression: {error}") from None
                # "deflate" means zlib, but some servers send the raw stream.
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
                self._is_first = False
                continue
            self._is_first = False
            if len(body) > max_bytes:
                raise BodyRefused(
                    Refusal.TOO_LARGE, f"more than {max_bytes / MEGABYTE:g} MB after decompression"
                )
            if len(body) > RATIO_FREE_BYTES and len(body) > wire * MAX_RATIO:
                raise BodyRefused(Refusal.BOMB, f"{wire} bytes unpack to more than {MAX_RATIO} times as much")
            pending = self._inflate.unconsumed_tail
            if self._inflate.eof:
                break

    def finish(self) -> None:
        """Raise BodyRefused when the stream was cut short."""
        if not self._inflate.eof:
            raise BodyRefused(Refusal.ENCODING, "the compressed body was cut short")
