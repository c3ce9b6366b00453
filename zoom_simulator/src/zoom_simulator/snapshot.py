# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The whole simulated Zoom as JSON, for tests and checkers; holds no token."""

from dataclasses import asdict

from .clock import iso
from .entities import Account, App, Meeting, User
from .identifiers import fingerprint
from .tokens import Grant
from .world import World


def meeting(world: World, one: Meeting) -> dict:
    """Return a meeting with what the API does not tell."""
    shown = world.answers.meeting(one, world.clock.now())
    del shown["start_url"]
    return shown | {
        "host": one.host.email,
        "deleted_at": iso(one.deleted_at) if one.deleted_at else None,
        "started_at": iso(one.started_at) if one.started_at else None,
        "ended_at": iso(one.ended_at) if one.ended_at else None,
    }


def user(world: World, one: User) -> dict:
    """Return a user with the quota of today."""
    used = world.limiter.writes_used(one, world.clock.now())
    return world.answers.user(one) | {
        "plan": one.account.plan,
        "hosting_allowed": one.hosting_allowed,
        "removed": one.removed,
        "writes_today": used,
    }


def account(world: World, one: Account) -> dict:
    """Return an account with the calls of today by label."""
    return asdict(one) | {
        "calls_today": world.limiter.calls_today(one, world.clock.now())
    }


def app(one: App) -> dict:
    """Return an app; its secrets as hashes."""
    values = dict(vars(one))
    for name in ("client_secret", "webhook_secret"):
        values[name] = fingerprint(values[name])
    return values


def grant(world: World, one: Grant) -> dict:
    """Return an authorisation with the hashes of its living tokens."""
    return {
        "user": one.user.email,
        "user_id": one.user.id,
        "client_id": one.app.client_id,
        "scopes": list(one.scopes),
        "authorised_at": iso(one.authorised_at),
        "usable": one.is_usable(),
        "tokens": world.state.tokens.summary(one),
    }


def everything(world: World) -> dict:
    """Return the state of the simulator."""
    state = world.state
    return {
        "now": iso(world.clock.now()),
        "clock_speed": world.clock.speed,
        "settings": vars(world.settings),
        "accounts": [account(world, one) for one in state.accounts.values()],
        "users": [user(world, one) for one in state.users.values()],
        "apps": [app(one) for one in state.apps.values()],
        "grants": [grant(world, one) for one in state.tokens.all_grants()],
        "meetings": [meeting(world, one) for one in state.meetings.values()],
        "faults": world.faults.describe(),
        "calls": world.calls.count,
        "tls_handshakes": world.handshakes,
        "webhooks": world.courier.counts(),
    }
