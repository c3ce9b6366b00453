# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import asyncio

from devtools import balancer, ports


async def _naming(name):
    """A server that answers with its name and what it was sent."""

    async def answer(reader, writer):
        writer.write(name + b" " + await reader.readline())
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def _asked(count, server_names, gone=0):
    """What *count* connections get, after the first *gone* servers have ended."""
    servers = [await _naming(name) for name in server_names]
    behind = [server.sockets[0].getsockname()[1] for server in servers]
    front = ports.free_ports(1)[0]
    balancing = await balancer.listening(front, behind)
    for server in servers[:gone]:
        server.close()
        await server.wait_closed()
    answers = []
    for number in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", front)
        writer.write(b"%d\n" % number)
        answers.append(await reader.read())
        writer.close()
    for server in (balancing, *servers):
        server.close()
    return answers


def test_each_connection_goes_to_the_next_server():
    answers = asyncio.run(_asked(4, [b"one", b"two"]))

    assert answers == [b"one 0\n", b"two 1\n", b"one 2\n", b"two 3\n"]


def test_a_server_that_is_gone_is_passed_over():
    answers = asyncio.run(_asked(2, [b"one", b"two"], gone=1))

    assert answers == [b"two 0\n", b"two 1\n"]


def test_without_any_server_the_connection_ends():
    assert asyncio.run(_asked(1, [b"one"], gone=1)) == [b""]
