# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One port in front of several servers that do the same: each connection to the next.

What does not listen is passed over. For development:
``python -m devtools.balancer LISTEN SERVER SERVER…``.
"""

import asyncio
import contextlib
import itertools
import sys

from devtools.front_proxy import carry

_HOST = "127.0.0.1"


async def _connected(ports):
    """A connection to the first of *ports* that takes one; ``None`` when none does."""
    for port in ports:
        with contextlib.suppress(OSError):
            return await asyncio.open_connection(_HOST, port)
    return None


async def listening(listen_port, server_ports):
    """The balancer as a running server."""
    turns = itertools.cycle(range(len(server_ports)))

    async def serve(reader, writer):
        first = next(turns)
        behind = await _connected([*server_ports[first:], *server_ports[:first]])
        if behind is None:
            writer.close()
            return
        await carry((reader, writer), behind)

    return await asyncio.start_server(serve, _HOST, listen_port)


async def _main(listen_port, *server_ports):
    server = await listening(listen_port, server_ports)
    print(f"ready on port {listen_port}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:])))
