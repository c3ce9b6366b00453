# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A mail server that takes everything and delivers nothing."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from devtools import ports, processes, python_env, simulator
from devtools.project import ROOT

_READY_S = 60


@contextlib.contextmanager
def running(tools):
    """Gives the settings for ``odoo.conf`` that lead to it."""
    folder = Path(tempfile.mkdtemp(prefix="psynamica-mails-"))
    (port,) = ports.free_ports(1)
    log = folder / "mail-sink.log"
    server = processes.Server(
        "mail sink",
        [tools.python, "-m", "devtools.mail_sink", "--port", port, "--folder", folder],
        log,
        python_env.environment((ROOT,)),
        folder,
    )
    try:
        server.wait_until(lambda: simulator.says_ready(log), _READY_S, "The mail sink")
        yield {"smtp_server": "127.0.0.1", "smtp_port": port}
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
