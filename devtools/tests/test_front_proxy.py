# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import asyncio

import pytest

from devtools import front_proxy, ports


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/websocket", True),
        ("/websocket?version=19.0-2", True),
        ("/websocket/health", False),
        ("/web", False),
        ("/", False),
    ],
)
def test_only_websockets_go_to_the_websocket_process(target, expected):
    head = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()

    assert front_proxy.is_websocket(head) is expected


def test_garbage_is_not_a_websocket():
    assert not front_proxy.is_websocket(b"\r\n\r\n")


def test_each_connection_has_one_request():
    head = b"GET / HTTP/1.1\r\nconnection: keep-alive\r\nHost: x\r\n\r\n"

    assert front_proxy.without_keep_alive(head) == (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )


async def _answering(name):
    """A server that answers with its name and the body it was sent."""

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r")[0] or 0)
        body = await reader.readexactly(length)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + name + b" " + body)
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def _ask(port, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


async def _through_the_proxy(request, websocket_port=None):
    """What a client gets for *request* from a proxy before two servers."""
    pages, sockets = await _answering(b"pages"), await _answering(b"sockets")
    behind = [server.sockets[0].getsockname()[1] for server in (pages, sockets)]
    front = ports.free_ports(1)[0]
    behind[1] = websocket_port or behind[1]
    proxy = await front_proxy.listening(front, *behind)
    try:
        return await _ask(front, request)
    finally:
        for server in (proxy, pages, sockets):
            server.close()


def test_a_page_comes_with_its_body():
    request = b"POST /web HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"

    answer = asyncio.run(_through_the_proxy(request))

    assert answer.endswith(b"pages hello")


def test_a_websocket_comes_from_its_process():
    request = b"GET /websocket HTTP/1.1\r\nContent-Length: 0\r\n\r\n"

    answer = asyncio.run(_through_the_proxy(request))

    assert answer.endswith(b"sockets ")


def test_a_process_that_is_not_there_is_said():
    request = b"GET /websocket HTTP/1.1\r\n\r\n"
    nobody = ports.free_ports(1)[0]

    answer = asyncio.run(_through_the_proxy(request, websocket_port=nobody))

    assert answer.startswith(b"HTTP/1.1 502")
