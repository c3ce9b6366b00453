# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Starts the Zoom simulator."""

import dataclasses
from pathlib import Path

from devtools import processes, project, python_env, zoom_app

_READY_S = 60


@dataclasses.dataclass(frozen=True)
class SimulatorAddress:
    """Where the simulator listens, and how to trust it."""

    https_port: int
    http_port: int
    ca_file: Path

    @property
    def https_url(self):
        """OAuth and the API."""
        return f"https://localhost:{self.https_port}"

    @property
    def http_url(self):
        """The pages for people: a browser does not know the simulator's authority."""
        return f"http://localhost:{self.http_port}"

    def server_settings(self):
        """The addon's ``[psynamica_zoom]`` section that leads to this simulator."""
        return {
            "oauth_url": self.https_url,
            "api_url": f"{self.https_url}/v2",
            "web_url": self.http_url,
            "ca_file": self.ca_file,
        }


def start(python, address, odoo_url, log, options=()):
    """Starts the simulator for the Odoo at *odoo_url*; a running server, ready.

    :raises DevError: it did not start.
    """
    app = zoom_app.credentials()
    words = {
        "--host": "127.0.0.1",
        "--https-port": address.https_port,
        "--http-port": address.http_port,
        "--ca-out": address.ca_file,
        "--client-id": app["client_id"],
        "--client-secret": app["client_secret"],
        "--webhook-secret": app["webhook_secret"],
        "--redirect-uri": f"{odoo_url}/psynamica_zoom/callback",
        "--webhook-url": f"{odoo_url}/psynamica_zoom/webhook",
        "--browser-base": address.http_url,
    }
    command = [python, "-m", "zoom_simulator"]
    for name, value in words.items():
        command += [f"{name}={value}"]
    log.unlink(missing_ok=True)
    server = processes.Server(
        "Zoom simulator",
        [*command, *options],
        log,
        python_env.environment((project.SIMULATOR_SOURCE,)),
        log.parent,
    )
    server.wait_until(lambda: says_ready(log), _READY_S, "The Zoom simulator")
    return server


def says_ready(log):
    """Whether a line of *log* begins with ``ready``."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(line.startswith("ready") for line in lines)
