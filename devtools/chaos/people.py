# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who works in the practice, and how each is known at Zoom."""

import dataclasses

from devtools.chaos import rpc

CLIENTS = 8
LICENSED = 2  # Zoom: users API, Get a user, `type`
# Whom the demo data let plan sessions for others.
COORDINATOR = "clara"

_WRITE = "meeting:write:meeting meeting:update:meeting meeting:delete:meeting"
_READ = "meeting:read:meeting"
_LIST = "meeting:read:list_meetings"
_USER = "user:read:user"


@dataclasses.dataclass(frozen=True)
class Kind:
    """One sort of therapist: what is paid for at Zoom, and what is granted to us."""

    account: str  # those with the same letter share a Zoom account
    plan: str
    type: int  # Zoom: users API, 1 Basic, 2 Licensed
    zone: str
    scopes: str
    meets_daily_limits: bool = False

    @property
    def is_told_of_deletions(self):
        """Whether we can know that a host deleted a meeting at Zoom by hand.

        Zoom: meeting.deleted is not sent for Basic hosts; then only looking helps.
        """
        paid = self.plan != "free" and self.type == LICENSED
        return paid or _LIST in self.scopes or _READ in self.scopes.split()


KINDS = (
    Kind("A", "pro", 2, "Europe/Berlin", f"{_WRITE} {_READ} {_LIST} {_USER}"),
    Kind("A", "pro", 2, "Europe/Moscow", f"{_WRITE} {_READ} {_USER}"),
    Kind("B", "free", 1, "America/New_York", f"{_WRITE} {_READ} {_LIST} {_USER}"),
    Kind("C", "free", 1, "Asia/Kolkata", f"{_WRITE} {_READ}"),
    Kind("D", "business", 2, "Australia/Sydney", f"{_WRITE} {_LIST} {_USER}", True),
    Kind("A", "pro", 1, "Europe/Lisbon", f"{_WRITE} {_READ} {_LIST} {_USER}"),
)


@dataclasses.dataclass
class Therapist:
    """One therapist with a log-in here and one at Zoom."""

    index: int
    kind: Kind
    user: rpc.User
    uid: int
    partner_id: int
    email: str
    zoom_email: str


@dataclasses.dataclass
class People:
    """Everybody in the practice."""

    admin: rpc.User
    coordinator: rpc.User
    client: rpc.User  # without a log-in, as clients are
    therapists: list
    client_ids: list

    def close(self):
        """Ends the sessions' connections."""
        users = (self.admin, self.coordinator, self.client)
        for user in (*users, *(t.user for t in self.therapists)):
            user.close()


def client_email(number):
    """The address of the client of this number."""
    return f"client{number}@chaos.example"


def settle_in(stack, sim, count, kinds=KINDS):
    """Makes *count* therapists and their clients, here and at Zoom; nobody connects.

    *kinds*: what they are, in turn; accounts are shared within one turn.
    """
    admin = rpc.User(stack.odoo_url, stack.database, "admin", "admin")
    coordinator = rpc.User(stack.odoo_url, stack.database, COORDINATOR, COORDINATOR)
    # Nobody has the five minutes that this is otherwise waited for.
    admin.call(
        "ir.config_parameter", "set_param", "psynamica_zoom.announcement_minutes", "1"
    )
    clients = admin.call(
        "res.partner",
        "create",
        [{"name": f"Client {n}", "email": client_email(n)} for n in range(CLIENTS)],
    )
    users = admin.call(
        "res.users",
        "create",
        [_login(n, kinds) for n in range(count)],
        context={"no_reset_password": True},
    )
    rows = admin.call("res.users", "read", users, ["partner_id"])
    partners = {row["id"]: row["partner_id"][0] for row in rows}
    therapists = []
    for index, uid in enumerate(users):
        kind = kinds[index % len(kinds)]
        user = rpc.User(
            stack.odoo_url, stack.database, f"therapist{index}", _password(index)
        )
        therapists.append(
            Therapist(
                index,
                kind,
                user,
                uid,
                partners[uid],
                _login(index, kinds)["email"],
                _known_at_zoom(sim, index, kinds),
            )
        )
    nobody = rpc.User(stack.odoo_url, stack.database, "", "")
    return People(admin, coordinator, nobody, therapists, clients)


def _login(index, kinds):
    name = f"therapist{index}"
    return {
        "name": f"Therapist {index}",
        "login": name,
        "password": _password(index),
        "email": f"{name}@practice.example",
        "tz": kinds[index % len(kinds)].zone,
    }


def _password(index):
    return f"therapist{index}"


def _known_at_zoom(sim, index, kinds):
    """The address of a new Zoom login; accounts are shared within a round."""
    email = f"therapist{index}@chaos-zoom.example"
    kind = kinds[index % len(kinds)]
    begin = index - index % len(kinds)
    sharing = [
        begin + n
        for n, other in enumerate(kinds)
        if other.account == kind.account and begin + n < index
    ]
    home = (
        {"account": f"therapist{sharing[0]}@chaos-zoom.example"}
        if sharing
        else {"plan": kind.plan}
    )
    sim.add_user(email, type=kind.type, timezone=kind.zone, **home)
    return email
