# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong between us and Zoom, and what to do about each.

    ZoomError                    base, never raised itself
    ├── ZoomUnreachable          no answer: DNS, TCP, TLS, time-out → try again
    ├── ZoomRateLimited          429, `retry_at` says when          → try again
    ├── ZoomServerError          5xx                                → try again
    │   └── ZoomBadAnswer        an answer that was not promised    → try again
    ├── ZoomMeetingInProgress    3002                               → try again later
    ├── ZoomTokenExpired         401, 124                → refresh and repeat, once
    ├── ZoomGrantRevoked         `invalid_grant`         → the user reconnects
    ├── ZoomScopeMissing         4711, 4700, `scopes`    → the user reconnects
    ├── ZoomAppRejected          `invalid_client`        → the administrator's app
    ├── ZoomNotFound             404, 3001               → already gone
    ├── ZoomMeetingEnded         3007                    → over: nothing left to do
    ├── ZoomHostRejected         3161, 1001, 1010        → a person looks
    ├── ZoomForeignMeeting       2306, 3003              → not this account's meeting
    ├── ZoomPlanLimit            200                     → a person looks
    └── ZoomRejected             any other 4xx, `fields` → a person looks

An error holds only what may be logged: no body, no header, no query string, no
words of Zoom's (they quote authorization codes and addresses back at us) but those
in `ZoomRejected.fields`, which `str()` leaves out.

Source of the numbers: Zoom, OAuth error table and meetings API, error responses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


class ZoomError(Exception):
    """Zoom did not do what was asked.

    :param route: what was asked, as a template: `PATCH /meetings/%s`
    :param status: HTTP status, None when there was no answer
    :param code: Zoom's own error number
    :param tracking_id: Zoom's id of this exchange, for Zoom's support
    :param ambiguous: whether Zoom may have done it all the same; None = as usual
        for this kind of error
    :param retry_at: the moment (aware UTC) before which trying again is pointless
    """

    reason = "rejected"  #: short stable word, kept in the database
    retryable = False
    ambiguous = False
    retry_at: datetime | None = None

    def __init__(
        self,
        route: str = "",
        *,
        status: int | None = None,
        code: int | None = None,
        tracking_id: str | None = None,
        ambiguous: bool | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(route)
        self.route = route
        self.status = status
        self.code = code
        self.tracking_id = tracking_id
        self.retry_at = retry_at
        if ambiguous is not None:
            self.ambiguous = ambiguous

    def __str__(self) -> str:
        """Return one line that may be logged and shown to an administrator."""
        facts = [
            f"{name} {value}"
            for name, value in (
                ("HTTP", self.status),
                ("code", self.code),
                ("tracking id", self.tracking_id),
            )
            if value is not None
        ]
        text = f"{self.route}: {self.reason}" if self.route else self.reason
        return f"{text} ({', '.join(facts)})" if facts else text


class ZoomUnreachable(ZoomError):
    """Zoom did not answer; ambiguous unless the request never left us."""

    reason = "unreachable"
    retryable = True
    ambiguous = True


class ZoomRateLimited(ZoomError):
    """Too many calls; `daily` ones are refused until the next 00:00 UTC.

    :param of_user: the limit is the user's own, not that of the whole account
    """

    retryable = True

    def __init__(
        self,
        route: str = "",
        *,
        daily: bool = False,
        of_user: bool = False,
        **facts: Any,
    ) -> None:
        super().__init__(route, **facts)
        self.daily = daily
        self.of_user = of_user

    @property
    def reason(self) -> str:
        return "daily_limit" if self.daily else "rate_limited"


class ZoomServerError(ZoomError):
    """Zoom failed on its side and may have carried out the request before that."""

    reason = "server_error"
    retryable = True
    ambiguous = True


class ZoomBadAnswer(ZoomServerError):
    """An answer that Zoom does not promise: a redirect, garbage, a missing id."""

    reason = "bad_answer"


class ZoomMeetingInProgress(ZoomError):
    """The meeting is going on; it can be changed when it is over."""

    reason = "in_progress"
    retryable = True


class ZoomTokenExpired(ZoomError):
    """The access token is too old or withdrawn: refresh it once, repeat once."""

    reason = "token_expired"


class ZoomGrantRevoked(ZoomError):
    """The refresh token or authorization code is dead: the user reconnects."""

    reason = "grant_revoked"


class ZoomScopeMissing(ZoomError):
    """The user has not granted `scopes`; any one of them would have been enough."""

    reason = "scope_missing"

    def __init__(
        self, route: str = "", *, scopes: tuple[str, ...] = (), **facts: Any
    ) -> None:
        super().__init__(route, **facts)
        self.scopes = scopes


class ZoomAppRejected(ZoomError):
    """Zoom refuses the app (id, secret, redirect URL); no user is at fault."""

    reason = "app_rejected"


class ZoomNotFound(ZoomError):
    """The meeting does not exist (any more)."""

    reason = "not_found"


class ZoomMeetingEnded(ZoomError):
    """The meeting is over."""

    reason = "already_ended"


class ZoomHostRejected(ZoomError):
    """This Zoom user may not host meetings, or is not in the account."""

    reason = "host_rejected"


class ZoomForeignMeeting(ZoomError):
    """The meeting belongs to another Zoom user."""

    reason = "foreign_meeting"


class ZoomPlanLimit(ZoomError):
    """The Zoom plan of this account does not include what was asked."""

    reason = "plan_limit"


class ZoomRejected(ZoomError):
    """Zoom refuses the request; `fields` are pairs of field and Zoom's words."""

    def __init__(
        self,
        route: str = "",
        *,
        fields: tuple[tuple[str, str], ...] = (),
        **facts: Any,
    ) -> None:
        super().__init__(route, **facts)
        self.fields = fields
