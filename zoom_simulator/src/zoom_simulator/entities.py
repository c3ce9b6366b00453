# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The things Zoom knows about.  Moments are Unix seconds."""

from dataclasses import dataclass, field

# Zoom: users API, Get a user, field `type`.
BASIC = 1
LICENSED = 2

# Zoom: rate limits page, the three columns of its table.
PLANS = ("free", "pro", "business")

# Zoom: Create a meeting, field `type`.
INSTANT = 1
SCHEDULED = 2


@dataclass
class PasscodeRules:
    """What an account demands of passcodes.  Zoom: Get user settings, passcodes."""

    length: int = 0
    have_letter: bool = False
    have_number: bool = False
    have_special_character: bool = False
    only_allow_numeric: bool = False


@dataclass
class Account:
    """A Zoom account: what is paid for and what its administrator decided."""

    id: str
    number: int
    plan: str = "free"
    # Locked settings win over what a request asks for, without a word.
    locks: dict = field(default_factory=dict)
    # Settings the account does not have at all: dropped with a 2xx.
    dropped_settings: list[str] = field(default_factory=list)
    passcode_rules: PasscodeRules = field(default_factory=PasscodeRules)
    # "Require a passcode" locked on: one is made even when none was sent.
    require_passcode: bool = False
    # What Zoom switches on when passcode, waiting room and sign-in are all off.
    forced_protection: str = "waiting_room"
    # The administrator withdrew the app's pre-approval (Zoom: OAuth error 4738).
    app_blocked: bool = False


@dataclass(eq=False)
class User:
    """Somebody with a Zoom login."""

    id: str
    account: Account
    email: str
    first_name: str
    last_name: str
    type: int
    timezone: str
    pmi: int
    created_at: float
    hosting_allowed: bool = True
    removed: bool = False

    @property
    def display_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def paid(self) -> bool:
        """Whether this user has what is "only available for paid accounts"."""
        return self.account.plan != "free" and self.type == LICENSED


@dataclass(eq=False)
class Meeting:
    """One meeting, alive or deleted."""

    id: int
    uuid: str
    host: User
    created_at: float
    creation_source: str
    topic: str = ""
    type: int = SCHEDULED
    start_at: float | None = None
    duration: int = 60  # minutes
    timezone: str = "UTC"
    agenda: str = ""
    password: str = ""
    settings: dict = field(default_factory=dict)
    tracking_fields: list = field(default_factory=list)
    status: str = "waiting"
    started_at: float | None = None
    last_started_at: float | None = None
    ended_at: float | None = None
    deleted_at: float | None = None


@dataclass(eq=False)
class App:
    """One pair of credentials of a Zoom app with what its developer configured."""

    client_id: str
    client_secret: str
    redirect_uris: list[str]
    scopes: list[str]
    webhook_secret: str
    name: str = "Practice calendar"
    # Those of `scopes` a user may untick.  Zoom: app manifest, `optional`.
    optional_scopes: list[str] = field(default_factory=list)
    webhook_url: str = ""
    # Zoom: deauthorization notification endpoint; empty = the same as `webhook_url`.
    deauthorization_url: str = ""
    # Subscribed events; empty = all.
    events: list[str] = field(default_factory=list)
    # The developer switched the app off (Zoom: OAuth error 4717).
    disabled: bool = False
    # Only published apps are told of a deauthorisation.
    published: bool = True
    # What the token endpoint says as `api_url`; empty = the simulator itself.
    api_url: str = ""
    # Consecutive failures of `endpoint.url_validation`.
    validation_failures: int = 0
    validated_at: float | None = None
