# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who a token belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field

from .transport import ZoomTransport

#: Zoom: users API, `type` of a user
_PLANS = {1: "basic", 2: "licensed", 4: "unassigned"}
_LONGEST = 256  # characters; Zoom's ids have 22


@dataclass(frozen=True)
class ZoomUser:
    """A Zoom user; a deauthorization names them by `id` and `account_id` only.

    :param plan: "basic", "licensed", "unassigned" or "unknown"
    :param email: "" when Zoom does not say; not part of the `repr`
    :param timezone: IANA name, "" when Zoom does not say
    """

    id: str
    account_id: str
    email: str = field(repr=False)
    plan: str
    timezone: str


def me(transport: ZoomTransport, token: str) -> ZoomUser:
    """Return the user whose access token this is.

    :raises ZoomScopeMissing: `user:read:user` was not granted
    :raises ZoomError: see `errors`
    """
    answer = transport.call("GET", "/users/me", token=token)
    body = answer.body
    if not _text(body, "id"):
        raise answer.bad()
    plan = body.get("type")
    return ZoomUser(
        id=_text(body, "id"),
        account_id=_text(body, "account_id"),
        email=_text(body, "email"),
        plan=_PLANS.get(plan, "unknown") if isinstance(plan, int) else "unknown",
        timezone=_text(body, "timezone"),
    )


def _text(body: dict, name: str) -> str:
    value = body.get(name)
    fit = isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()
    return value if fit else ""
