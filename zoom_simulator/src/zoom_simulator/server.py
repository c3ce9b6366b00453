# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The listening side: TLS, the two ports, which routes are where."""

import asyncio
import ipaddress
import ssl
import tempfile
from pathlib import Path

import trustme
from aiohttp import web

from . import (
    api_routes,
    authorize_pages,
    host_pages,
    lobby_pages,
    oauth_routes,
    sim_control,
    sim_meetings,
    sim_routes,
    sim_webhooks,
    wire,
)
from .events import VALIDATION
from .webhook_validation import validate_regularly
from .world import Config, World

_MAX_BODY_BYTES = 2 * 1024 * 1024
_PAGES = (authorize_pages.routes, host_pages.routes, lobby_pages.routes)
_CONTROL = (
    sim_routes.routes,
    sim_control.routes,
    sim_meetings.routes,
    sim_webhooks.routes,
)
_API = (oauth_routes.routes, api_routes.routes)
_ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 (compared, not bound)


def make_app(world: World, *, secure: bool) -> web.Application:
    """Return the application of one port.

    :param secure: with TLS: everything.  Without: pages for people who would get
        a warning about the certificate, and `/_sim` for this machine only.
    """
    middlewares = [wire.log_calls, wire.inject_faults, wire.answer_errors]
    if not secure:
        middlewares.insert(0, control_is_local)
    app = web.Application(middlewares=middlewares, client_max_size=_MAX_BODY_BYTES)
    app[wire.WORLD] = world
    app.on_response_prepare.append(wire.dress)
    for table in (*_PAGES, *_CONTROL, *(_API if secure else ())):
        app.add_routes(table)
    return app


@web.middleware
async def control_is_local(request: web.Request, handler) -> web.StreamResponse:
    """Refuse `/_sim` without TLS to everybody but this machine."""
    if request.path.startswith("/_sim") and not _is_loopback(request.remote):
        raise web.HTTPForbidden(text="/_sim without TLS is for this machine only")
    return await handler(request)


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


class Certificate:
    """A private certificate authority and one certificate of it."""

    def __init__(self, config: Config) -> None:
        names = {"localhost", "127.0.0.1", "::1", *config.names}
        if config.host not in _ANY_ADDRESS:
            names.add(config.host)
        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert(*sorted(names))

    def write_authority(self, path: Path) -> None:
        """Write the authority's certificate, which clients have to trust."""
        self._authority.cert_pem.write_to_path(str(path))

    def context(self, tls: str) -> ssl.SSLContext:
        """Return a server's TLS context.

        :param tls: `1.3`, or `1.2` for a server that knows nothing better
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        version = _TLS_VERSIONS[tls]
        context.minimum_version = context.maximum_version = version
        self._certificate.configure_cert(context)
        return context


_TLS_VERSIONS = {"1.3": ssl.TLSVersion.TLSv1_3, "1.2": ssl.TLSVersion.TLSv1_2}


class Server:
    """One simulator that listens.

    `https_url`, `http_url` (empty when off) and `ca_file` are set by `start`.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._runners: list[web.AppRunner] = []
        self._validation: asyncio.Task | None = None
        self._own_ca_file = config.ca_out is None
        self.world = World(config)
        self.https_url = self.http_url = ""
        self.ca_file = config.ca_out or _temporary_file()

    async def start(self) -> None:
        """Listen.

        :raises OSError: a port is taken
        """
        config = self._config
        certificate = Certificate(config)
        certificate.write_authority(self.ca_file)
        context = certificate.context(config.tls)
        context.sni_callback = self._count_handshake
        port = await self._listen(config.https_port, context)
        self.https_url = f"https://{self._name()}:{port}"
        if config.http_port is not None:
            port = await self._listen(config.http_port, None)
            self.http_url = f"http://{self._name()}:{port}"
        self.world.answers.browser_base = (
            config.browser_base.rstrip("/") or self.http_url or self.https_url
        )
        if config.webhook_url:
            self._validation = asyncio.create_task(
                validate_regularly(self.world), name=VALIDATION
            )

    def _count_handshake(self, *_connection: object) -> None:
        """Called by OpenSSL once a handshake, also when no name was sent."""
        self.world.handshakes += 1

    async def _listen(self, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen on a port, 0 = a free one, and return which it is."""
        app = make_app(self.world, secure=tls is not None)
        # What is on its way at the end must not keep the process alive.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, self._config.host, port, ssl_context=tls)
        await site.start()
        return runner.addresses[0][1]

    def _name(self) -> str:
        host = self._config.host
        if host in _ANY_ADDRESS:
            return "127.0.0.1"
        return f"[{host}]" if ":" in host else host

    def _connections(self) -> list[web.RequestHandler]:
        servers = [runner.server for runner in self._runners]
        return [line for server in servers if server for line in server.connections]

    async def stop(self) -> None:
        """Close everything."""
        if self._validation:
            self._validation.cancel()
        for line in self._connections():
            # TLS would go on waiting for the other side to say goodbye.
            if line.transport is not None:
                line.transport.abort()
        for runner in self._runners:
            await runner.cleanup()
        await self.world.courier.close()
        if self._own_ca_file:
            self.ca_file.unlink(missing_ok=True)


def _temporary_file() -> Path:
    with tempfile.NamedTemporaryFile(
        prefix="zoom-simulator-ca-", suffix=".pem", delete=False
    ) as file:
        return Path(file.name)
