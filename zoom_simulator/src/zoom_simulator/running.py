# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Starts a simulator in a thread of this process, for tests.

from zoom_simulator.running import start

zoom = start(redirect_uris=("https://practice.example/callback",))
requests.get(zoom.https_url + "/v2/users/me", verify=zoom.ca_file, …)
zoom.sim.fault(method="POST", path="/v2/users/me/meetings", preset="cut_after")
zoom.stop()
"""

import asyncio
import threading

from .server import Server
from .sim_client import SimClient
from .world import Config


class Running:
    """A simulator that runs in its own thread until `stop`.

    `https_url` and `http_url` (empty when off) have no final slash; `ca_file` is the
    path, as text, of the certificate authority to trust; `sim` talks to `/_sim`.
    """

    def __init__(self, config: Config) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="zoom-simulator", daemon=True
        )
        self._thread.start()
        self._server = Server(config)
        try:
            self._run(self._server.start())
        except BaseException:
            self.stop()
            raise
        self.https_url = self._server.https_url
        self.http_url = self._server.http_url
        self.ca_file = str(self._server.ca_file)
        self.sim = SimClient(self.https_url, self.ca_file)

    def _run(self, work) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        """Close all connections and end the thread."""
        if hasattr(self, "sim"):
            self.sim.close()
        self._run(_ended(self._server))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _ended(server: Server) -> None:
    await server.stop()
    # Calls that a fault keeps waiting are waited for by nobody any more.
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def start(**config) -> Running:
    """Start a simulator and return it once it listens.

    :param config: fields of `world.Config`, such as `client_id`, `redirect_uris`
    :raises OSError: a port is taken
    """
    return Running(Config(**config))
