# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything one simulator consists of, and how it goes back to its beginning."""

import random
import ssl
from dataclasses import dataclass, field, fields
from pathlib import Path

from . import scopes
from .answers import Answers
from .calls import CallLog
from .clock import Clock
from .entities import App
from .faults import Faults
from .identifiers import Signer
from .limits import Limiter
from .operations import Operations
from .state import State
from .webhooks import Courier


@dataclass(frozen=True)
class Config:
    """What the command line decides.  The secrets' defaults are no secrets."""

    host: str = "127.0.0.1"
    https_port: int = 0
    # None = do not listen without TLS.
    http_port: int | None = 0
    ca_out: Path | None = None
    client_id: str = "simulator-client-id"
    client_secret: str = field(default="simulator-client-secret", repr=False)
    webhook_secret: str = field(default="simulator-webhook-secret", repr=False)
    redirect_uris: tuple[str, ...] = ()
    webhook_url: str = ""
    webhook_ca: Path | None = None
    # Where browsers reach the pages; empty = where the simulator listens.
    browser_base: str = ""
    tls: str = "1.3"
    # Further names for the certificate.
    names: tuple[str, ...] = ()

    def first_app(self) -> App:
        """Return the app that is configured at the start."""
        return App(
            client_id=self.client_id,
            client_secret=self.client_secret,
            redirect_uris=list(self.redirect_uris),
            scopes=list(scopes.DEFAULT),
            webhook_secret=self.webhook_secret,
            webhook_url=self.webhook_url,
        )


@dataclass
class Settings:
    """Switches for what Zoom's sources disagree about, and for tests."""

    rate_limits: bool = True
    # Zoom: whether DELETE counts in the 100 a day is not documented.
    delete_counts_as_write: bool = False
    # Create is MEDIUM in the API description of 2024, LIGHT in the one of 2026.
    create_is_medium: bool = False
    # A missing scope as 401/4700 (2026) instead of 400/4711 (as seen).
    scope_error_4700: bool = False
    # Seconds each API and token call takes, and how much more by chance.
    latency_s: float = 0.0
    latency_jitter_s: float = 0.0

    def change(self, wanted: dict) -> None:
        """Set some switches.

        :raises ValueError: a name is not known or a value has the wrong type
        """
        types = {f.name: f.type for f in fields(self)}
        for name, value in wanted.items():
            if name not in types:
                raise ValueError(f"no setting is called {name!r}")
            is_flag = types[name] is bool
            if is_flag != isinstance(value, bool) or not isinstance(
                value, (int, float)
            ):
                raise ValueError(f"{name} has the wrong type")
        for name, value in wanted.items():
            setattr(self, name, value)


class World:
    """One simulated Zoom.  `reset` replaces everything but the courier's line."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.clock = Clock()
        self.signer = Signer()
        self.answers = Answers(self.signer)
        self.calls = CallLog()
        self.courier = Courier(self.clock, _trust(config))
        self.dice = random.Random()  # noqa: S311 (for latency)
        self.handshakes = 0  # of TLS, since the start; `reset` ends no connection
        self._begin()

    def _begin(self) -> None:
        self.settings = Settings()
        self.faults = Faults()
        self.limiter = Limiter()
        self.state = State(self.clock)
        app = self.config.first_app()
        self.state.apps[app.client_id] = app
        self.operations = Operations(self.state, self.courier, self.answers)

    async def reset(self) -> None:
        """Forget users, meetings, tokens, calls, faults and notifications."""
        await self.courier.reset()
        self.clock.reset()
        self.calls.clear()
        self.faults.release()
        self._begin()


def _trust(config: Config) -> ssl.SSLContext:
    """Return what the courier trusts: the system and `webhook_ca`."""
    context = ssl.create_default_context()
    # Zoom: webhooks, endpoint requirements: TLS 1.2 at least.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if config.webhook_ca:
        context.load_verify_locations(config.webhook_ca)
    return context
