# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""google_calendar as a peer: connected, and talking to a stand-in on this machine."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks import peer_databases
from devtools import ports, processes, project, python_env, simulator

_READY_S = 30
_VARIABLES = ("HTTPS_PROXY", "REQUESTS_CA_BUNDLE")


def database(tools):
    """The name of a database with google_calendar instead of our addons."""
    return peer_databases.with_modules(tools, "google_calendar")


def connect(env, users):
    """Stores what a return from Google's page stores, for *users*."""
    parameters = env["ir.config_parameter"].sudo()
    for name in ("google_calendar_client_id", "google_calendar_client_secret"):
        parameters.set_param(name, "bench")
    for user in users:
        settings = env["res.users.settings"]._find_or_create_for_user(user).sudo()
        settings._set_google_auth_tokens("access", "refresh", 24 * 3600)
        # Otherwise the first synchronisation is a full one.
        settings.write({"google_calendar_sync_token": "before"})


@contextlib.contextmanager
def stand_in(tools, latency_ms):
    """Gives a context manager inside which this process reaches the stand-in.

    What google_calendar's client (requests) reads from the environment is set there;
    ours reads nothing from it.
    """
    folder = Path(tempfile.mkdtemp(prefix="psynamica-google-"))
    (port,) = ports.free_ports(1)
    ca_file, log = folder / "ca.pem", folder / "stand-in.log"
    server = processes.Server(
        "Google's stand-in",
        [tools.python, "-m", "benchmarks.google_stand_in", port, ca_file, latency_ms],
        log,
        python_env.environment((project.ROOT,)),
        folder,
    )
    try:
        server.wait_until(
            lambda: simulator.says_ready(log), _READY_S, "Google's stand-in"
        )
        yield lambda: _reached(port, ca_file)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _reached(port, ca_file):
    values = (f"http://127.0.0.1:{port}", str(ca_file))
    os.environ.update(zip(_VARIABLES, values, strict=True))
    try:
        yield
    finally:
        for name in _VARIABLES:
            del os.environ[name]
