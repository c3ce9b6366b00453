# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulated Zoom in a process of its own, and therapists who are connected to it."""

import contextlib
import dataclasses
import os
import shutil
import tempfile
from pathlib import Path

from devtools import ports, simulator
from zoom_simulator.sim_client import SimClient

# Where nobody listens: notifications about our own calls go nowhere.
_NOBODY = "http://localhost:9"


@dataclasses.dataclass
class SimulatedZoom:
    """Where it is, and the way to steer it."""

    address: simulator.SimulatorAddress
    sim: SimClient

    def connect(self, env, users, plan="pro", together=False):
        """Connects *users*, each to a Zoom login of their own; their connections.

        *together*: they share one Zoom account, else each has their own. Done as the
        return from Zoom's page does it, with real requests.
        """
        from odoo.addons.psynamica_zoom.zoom_api import oauth
        from odoo.addons.psynamica_zoom.zoom_api import users as zoom_users

        app = env["psynamica.zoom.app"]._get()
        self.sim.app(redirect_uris=[app._redirect_uri()])
        # Nobody connects fifty users of one account within a second.
        self.sim.settings(rate_limits=False)
        first = None
        for user in users:
            email = f"{user.login}@zoom.example"
            home = {"account": first} if first and together else {"plan": plan}
            self.sim.add_user(email, type=2, **home)
            first = first or email
            verifier = oauth.new_verifier()
            allowed = self.sim.authorize(
                email,
                redirect_uri=app._redirect_uri(),
                code_challenge=oauth.challenge(verifier),
                code_challenge_method="S256",
            )
            pair = app._oauth_client().exchange(
                allowed["code"], app._redirect_uri(), verifier
            )
            known = zoom_users.me(app._transport(), pair.access_token)
            user.with_user(user)._zoom_connect(pair, known)
        self.sim.settings(rate_limits=True)
        return (
            env["psynamica.zoom.connection"]
            .sudo()
            .search([("user_id", "in", users.ids)])
        )


@contextlib.contextmanager
def running(tools):
    """Gives a :class:`SimulatedZoom` that this process uses; it answers at once."""
    folder = Path(tempfile.mkdtemp(prefix="psynamica-bench-"))
    https, http = ports.free_ports(2)
    address = simulator.SimulatorAddress(https, http, folder / "ca.pem")
    server = simulator.start(tools.python, address, _NOBODY, folder / "simulator.log")
    try:
        with _used(address) as zoom:
            # Nobody would hear them; trying again and again takes time from others.
            zoom.sim.weather(held=True)
            yield zoom
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def of_stack(stack):
    """Gives the :class:`SimulatedZoom` of a running stack, for this process to use."""
    address = simulator.SimulatorAddress(
        stack.ports.https, stack.ports.http, stack.ca_file
    )
    with _used(address) as zoom:
        yield zoom


@contextlib.contextmanager
def _used(address):
    """Lets this process's Odoo talk to the simulator."""
    settings = {
        f"PSYNAMICA_ZOOM_{name.upper()}": str(value)
        for name, value in address.server_settings().items()
    }
    os.environ.update(settings)
    sim = SimClient(address.https_url, str(address.ca_file))
    try:
        yield SimulatedZoom(address, sim)
    finally:
        sim.close()
        for name in settings:
            del os.environ[name]
