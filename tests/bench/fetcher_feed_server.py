"""Serves feeds for fetcher_polling.py: `python fetcher_feed_server.py ENTRIES`; prints its port."""

from __future__ import annotations

import asyncio
import random
import sys

WORDS = (  # noqa: SIM905
    "bridge harbour council vote ministry toll ferry tax budget school clinic water power grid mayor party support "
    "oppose plan pledge delay cost build close open keep sell rent land river coast road rail minister said on Monday"
).split()
WORDS_PER_ARTICLE = 350


def feed(number: int, entries: int) -> bytes:
    chance = random.Random(number)
    items = []
    for i in range(entries):
        words = chance.choices(WORDS, k=WORDS_PER_ARTICLE)
        body = "".join(f"&lt;p&gt;{' '.join(words[j : j + 50])}.&lt;/p&gt;" for j in range(0, len(words), 50))
        items.append(
            f"<item><title>Story {i} of {number}</title><link>http://s{number}.test/{i}</link>"
            f"<guid>http://s{number}.test/{i}</guid><pubDate>Tue, 03 Mar 2026 {i % 24:02}:00:00 GMT</pubDate>"
            f"<description>{' '.join(words[:20])}</description><content:encoded>{body}</content:encoded></item>"
        )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Source {number}</title>{''.join(items)}</channel></rss>"
    ).encode()


async def main(entries: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                number = int(head.split(" ")[1].rpartition("/")[2])
                etag = f'"v{number}"'
                if etag in head:
                    writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
                else:
                    body = feed(number, entries)
                    writer.write(
                        f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: application/rss+xml\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n".encode()
                        + body
                    )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
