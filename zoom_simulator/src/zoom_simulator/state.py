# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accounts, users, apps and meetings: the only mutable thing besides tokens."""

from . import identifiers
from .clock import Clock
from .entities import BASIC, LICENSED, PLANS, Account, App, Meeting, User
from .tokens import TokenStore

# Every so often a uuid begins with `/`, as at Zoom.
_AWKWARD_UUID_EVERY = 5

# Logins that are always there.  The ids are made up, but as long as Zoom's.
_DEMO = (
    ("AcC0unT_annaPractice01", 5_000_413_207, "pro"),
    ("AcC0unT_borisAlone0002", 5_000_982_641, "free"),
)
_DEMO_USERS = (
    ("30R7kT7bTIKSNUFEuH_Anna", 0, "anna", "Anna", "Berg", LICENSED, "Europe/Berlin"),
    ("91QxPz2mRLuVbYcDaT_Clar", 0, "clara", "Clara", "Voss", LICENSED, "Europe/Berlin"),
    ("77MnWs5kQJeHgFdSxA_Bori", 1, "boris", "Boris", "Orlov", BASIC, "Europe/Moscow"),
)


class State:
    """What Zoom would keep in its databases."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tokens = TokenStore(clock)
        self.accounts: dict[str, Account] = {}
        self.users: dict[str, User] = {}
        self.apps: dict[str, App] = {}
        self.meetings: dict[int, Meeting] = {}
        self._users_by_email: dict[str, User] = {}
        self._meetings_by_host: dict[str, dict[int, Meeting]] = {}
        self._made = 0
        self._add_demo()

    def _add_demo(self) -> None:
        accounts = [self.add_account(*values) for values in _DEMO]
        for user_id, account, login, first, last, kind, zone in _DEMO_USERS:
            self.add_user(
                accounts[account],
                f"{login}@zoom.example",
                user_id=user_id,
                first_name=first,
                last_name=last,
                type=kind,
                timezone=zone,
            )

    def add_account(
        self, account_id: str | None = None, number: int = 0, plan: str = "free"
    ) -> Account:
        """Add an account.

        :raises ValueError: the plan is not one of `PLANS`
        """
        if plan not in PLANS:
            raise ValueError(f"plan is one of {PLANS}, not {plan!r}")
        account = Account(
            id=account_id or identifiers.opaque_id(),
            number=number or identifiers.meeting_id(),
            plan=plan,
        )
        self.accounts[account.id] = account
        return account

    def add_user(
        self,
        account: Account,
        email: str,
        *,
        user_id: str | None = None,
        first_name: str = "",
        last_name: str = "",
        type: int | None = None,  # noqa: A002 (Zoom's own name)
        timezone: str = "UTC",
    ) -> User:
        """Add somebody with a Zoom login.

        :param type: without one, what the account's plan suggests
        :raises ValueError: the address is taken
        """
        if email in self._users_by_email:
            raise ValueError(f"there is a user {email!r} already")
        user = User(
            id=user_id or identifiers.opaque_id(),
            account=account,
            email=email,
            first_name=first_name or email.partition("@")[0].capitalize(),
            last_name=last_name,
            type=type or (BASIC if account.plan == "free" else LICENSED),
            timezone=timezone,
            pmi=identifiers.meeting_id(),
            created_at=self.clock.now(),
        )
        self.users[user.id] = self._users_by_email[email] = user
        return user

    def user(self, key: str) -> User:
        """Return a user by id or e-mail address.

        :raises LookupError: there is none
        """
        user = self.users.get(key) or self._users_by_email.get(key)
        if user is None:
            raise LookupError(f"no user {key!r}")
        return user

    def account(self, key: str) -> Account:
        """Return an account by its id or by one of its users.

        :raises LookupError: there is none
        """
        return self.accounts.get(key) or self.user(key).account

    def app(self, client_id: str = "") -> App:
        """Return an app; without a client id the one of the command line.

        :raises LookupError: there is none
        """
        if not client_id:
            return next(iter(self.apps.values()))
        if client_id not in self.apps:
            raise LookupError(f"no app {client_id!r}")
        return self.apps[client_id]

    def new_meeting(self, host: User, source: str, values: dict) -> Meeting:
        """Add a meeting with an id that was never used before."""
        self._made += 1
        number = identifiers.meeting_id()
        while number in self.meetings:
            number = identifiers.meeting_id()
        awkward = self._made % _AWKWARD_UUID_EVERY == 0
        meeting = Meeting(
            id=number,
            uuid=identifiers.meeting_uuid(awkward=awkward),
            host=host,
            created_at=self.clock.now(),
            creation_source=source,
            **values,
        )
        self.meetings[number] = meeting
        self._meetings_by_host.setdefault(host.id, {})[number] = meeting
        return meeting

    def meetings_of(self, host: User) -> list[Meeting]:
        """Return all meetings of a host, deleted ones too, oldest first."""
        return list(self._meetings_by_host.get(host.id, {}).values())
