# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One port in front of prefork Odoo: websockets to their own process, the rest to HTTP.

Odoo's HTTP workers cannot hold a websocket open; a process of its own does, on another
port, and a web server in front is expected to tell them apart. This is that web server
for development: ``python -m devtools.front_proxy LISTEN HTTP WEBSOCKET``.
"""

import asyncio
import contextlib
import re
import sys

_HOST = "127.0.0.1"
_LONGEST_HEAD_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 16
_CONNECTION = re.compile(rb"\r\nConnection:[^\r\n]*", re.IGNORECASE)
_BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"


def is_websocket(head):
    """Whether the request with this head is for the websocket process."""
    target = head.split(b" ", 2)[1] if head.count(b" ") > 1 else b""
    return target.split(b"?")[0].rstrip(b"/") == b"/websocket"


def without_keep_alive(head):
    """The head with ``Connection: close``: each connection then has one request."""
    return _CONNECTION.sub(b"", head).replace(
        b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"
    )


async def pump(reader, writer):
    """Copies until the end, which it passes on."""
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(ConnectionError, OSError):
        writer.write_eof()


async def carry(client, server):
    """Copies both ways between two connections until the server's end; closes both.

    The answer's end is the connection's end; a client may stop sending long before.

    *client*, *server*: pairs of reader and writer
    """
    (client_reader, client_writer), (server_reader, server_writer) = client, server
    sending = asyncio.ensure_future(pump(client_reader, server_writer))
    try:
        await pump(server_reader, client_writer)
    finally:
        sending.cancel()
        for side in (server_writer, client_writer):
            side.close()


async def _serve(reader, writer, http_port, websocket_port):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        writer.close()
        return
    upgraded = is_websocket(head)
    port = websocket_port if upgraded else http_port
    try:
        behind = await asyncio.open_connection(_HOST, port)
    except OSError:
        writer.write(_BAD_GATEWAY)
        writer.close()
        return
    behind[1].write(head if upgraded else without_keep_alive(head))
    await carry((reader, writer), behind)


async def listening(listen_port, http_port, websocket_port):
    """The proxy as a running server."""

    async def serve(reader, writer):
        await _serve(reader, writer, http_port, websocket_port)

    return await asyncio.start_server(
        serve, _HOST, listen_port, limit=_LONGEST_HEAD_BYTES
    )


async def _main(listen_port, http_port, websocket_port):
    server = await listening(listen_port, http_port, websocket_port)
    print(f"ready on port {listen_port}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:])))
