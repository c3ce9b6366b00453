# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo server on a peer's database, beside a running stack, with its settings."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from devtools import databases, odoo_server, ports, processes

_READY_S = 180


@contextlib.contextmanager
def running(tools, template, workers=0, **options):
    """Gives (address, database) of a server on a throw-away copy of *template*."""
    folder = Path(tempfile.mkdtemp(prefix="psynamica-peer-"))
    port, websocket_port = ports.free_ports(2)
    with databases.copy_of(tools, template, "bench") as database:
        conf = odoo_server.write_configuration(
            folder / "odoo.conf",
            tools,
            http_port=port,
            gevent_port=websocket_port,
            workers=workers,
            max_cron_threads=1,
            **options,
        )
        log = folder / "odoo.log"
        server = processes.Server(
            "Odoo of the peer",
            tools.command("server", conf, database),
            log,
            tools.environment(),
            folder,
        )
        url = f"http://localhost:{port}"
        try:
            server.wait_until(
                lambda: odoo_server.answers(f"{url}/web/health"), _READY_S, "Odoo"
            )
            yield url, database
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)
