# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Starts Odoo again when its main process has ended, as an operator's systemd does.

Odoo's main process gives up when it looks for a database that is just recovering from a
crash (Odoo: service/server.py, PreforkServer.run).
"""

import threading
import time

from devtools import odoo_server
from devtools.say import DevError

_LOOK_AGAIN_S = 0.2


class Supervisor:
    """Watches one stack's Odoo; a context manager."""

    def __init__(self, stack):
        self._stack = stack
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.restarts = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._ended.set()
        self._thread.join()

    def wait_until_up(self, longest_s=60):
        """Returns when Odoo answers and reaches its database, or after so long."""
        url = f"{self._stack.odoo_url}/web/health?db_server_status=1"
        until = time.monotonic() + longest_s
        while not odoo_server.answers(url) and time.monotonic() < until:
            self._ended.wait(_LOOK_AGAIN_S)

    def _watch(self):
        while not self._ended.wait(_LOOK_AGAIN_S):
            if self._stack.odoo_exit_code() is None:
                continue
            self._stack.stop_odoo()
            try:
                self._stack.start_odoo()
            except DevError:
                continue  # PostgreSQL is still recovering: once more
            self.restarts += 1
