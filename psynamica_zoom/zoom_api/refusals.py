# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From an answer that is not a success to the error that says what to do.

Pure functions over status, headers and decoded body; the transport calls them.
Source: Zoom, meetings API (error responses of create, get, update, delete), OAuth
error table, rate limits page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from . import errors, rate_limit

_BY_CODE: dict[int, type[errors.ZoomError]] = {
    124: errors.ZoomTokenExpired,
    1001: errors.ZoomHostRejected,
    1010: errors.ZoomHostRejected,
    2300: errors.ZoomRejected,  # "API endpoint is not recognized": not a meeting gone
    2306: errors.ZoomForeignMeeting,
    3001: errors.ZoomNotFound,
    3002: errors.ZoomMeetingInProgress,
    3003: errors.ZoomForeignMeeting,
    3007: errors.ZoomMeetingEnded,
    3161: errors.ZoomHostRejected,
}
_SCOPE_CODES = (4700, 4711)
_NO_SCOPES = "does not contain scopes"
_SCOPE_LIST = re.compile(r"does not contain scopes:?\s*\[([^\]]{1,500})\]")
_SCOPE = re.compile(r"[a-z_]{1,40}(:[a-z_]{1,40}){1,3}")
_GONE = re.compile(r"does not exist|not found or has expired", re.IGNORECASE)
_PAID_ONLY = "only available for paid"
_BAD_CODE = re.compile(r"invalid (authorization )?code", re.IGNORECASE)

#: the user's grant is dead (or never was): removed, withdrawn, replaced, expired
_GRANT_CODES = frozenset({4733, 4734, 4735, 4737, 4738, 4740, 4741})
#: id, secret, redirect URL or state of the app itself
_APP_CODES = frozenset({4702, 4704, 4706, 4709, 4717})
_APP_WORDS = frozenset({"invalid_client", "unauthorized_client"})

_MOST_FIELDS = 10
_LONGEST_WORDS = 200  # characters


def api_error(
    status: int,
    headers: Mapping[str, str],
    body: dict | None,
    *,
    route: str,
    tracking_id: str | None,
    now: datetime,
) -> errors.ZoomError:
    """Return the error for an answer of the REST API whose status is not 2xx.

    :param headers: looked up in lower case
    :param body: the decoded object; None when it is not one (Zoom sends XML at times)
    :param now: aware
    """
    code, message = _code(body), _message(body)
    facts = {
        "route": route,
        "status": status,
        "code": code,
        "tracking_id": tracking_id,
    }
    if error := _temporary(status, headers, code, message, now, facts):
        return error
    if code in _SCOPE_CODES and _NO_SCOPES in message:
        return errors.ZoomScopeMissing(scopes=_scopes(message), **facts)
    if code in _BY_CODE:
        return _BY_CODE[code](**facts)
    if code == 300 and _GONE.search(message):
        return errors.ZoomNotFound(**facts)
    if code == 200 and _PAID_ONLY in message.lower():
        return errors.ZoomPlanLimit(**facts)
    if status == 401:
        return errors.ZoomTokenExpired(**facts)
    if status == 404:
        # Without Zoom's number it is somebody on the way who does not know the
        # route: to take a meeting for deleted then would double or lose it.
        kind = errors.ZoomBadAnswer if code is None else errors.ZoomNotFound
        return kind(**facts)
    return errors.ZoomRejected(fields=_fields(body), **facts)


def oauth_error(
    status: int,
    headers: Mapping[str, str],
    body: dict | None,
    *,
    route: str,
    tracking_id: str | None,
    now: datetime,
) -> errors.ZoomError:
    """Return the error for an answer of the token endpoint that is not a 2xx.

    Its bodies are `{"reason": …, "error": …}`; `reason` quotes the code it was sent
    and therefore goes nowhere.  Parameters as for `api_error`.
    """
    code, word = _code(body), _text(body, "error")
    message = _message(body)
    facts = {
        "route": route,
        "status": status,
        "code": code,
        "tracking_id": tracking_id,
    }
    if error := _temporary(status, headers, code, message, now, facts):
        return error
    if word in _APP_WORDS or code in _APP_CODES:
        return errors.ZoomAppRejected(**facts)
    if word == "invalid_grant" or code in _GRANT_CODES or _BAD_CODE.search(message):
        return errors.ZoomGrantRevoked(**facts)
    if status == 401:
        return errors.ZoomAppRejected(**facts)  # only the app signs in here
    if status == 404:
        return errors.ZoomBadAnswer(**facts)
    return errors.ZoomRejected(**facts)


def _temporary(
    status: int,
    headers: Mapping[str, str],
    code: int | None,
    message: str,
    now: datetime,
    facts: dict,
) -> errors.ZoomError | None:
    if status == 429 or code == 429:
        daily = rate_limit.is_daily(headers, message)
        moment = rate_limit.retry_at(headers, daily=daily, now=now)
        return errors.ZoomRateLimited(
            daily=daily,
            of_user=rate_limit.is_of_user(message),
            retry_at=moment,
            **facts,
        )
    if status >= 500:
        moment = rate_limit.retry_at(headers, daily=False, now=now)
        return errors.ZoomServerError(retry_at=moment, **facts)
    if status < 400:
        return errors.ZoomBadAnswer(**facts)  # a redirect: Zoom's API has none
    return None


def _code(body: dict | None) -> int | None:
    for name in ("code", "errorCode"):
        value = (body or {}).get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value if 0 <= value < 10**9 else None
    return None


def _message(body: dict | None) -> str:
    for name in ("message", "errorMessage", "reason"):
        if text := _text(body, name):
            return text
    return ""


def _text(body: dict | None, name: str) -> str:
    value = (body or {}).get(name)
    return value if isinstance(value, str) else ""


def _scopes(message: str) -> tuple[str, ...]:
    found = _SCOPE_LIST.search(message)
    named = found[1].split(",") if found else []
    scopes = (scope.strip() for scope in named)
    return tuple(scope for scope in scopes if _SCOPE.fullmatch(scope))


def _fields(body: dict | None) -> tuple[tuple[str, str], ...]:
    entries = (body or {}).get("errors")
    if not isinstance(entries, list):
        return ()
    pairs = [
        (_printable(_text(entry, "field")), _printable(_text(entry, "message")))
        for entry in entries[:_MOST_FIELDS]
        if isinstance(entry, dict)
    ]
    return tuple(pairs)


def _printable(text: str) -> str:
    """Return at most `_LONGEST_WORDS` characters, none of which can start a line."""
    shown = (letter if letter.isprintable() else " " for letter in text)
    return "".join(shown)[:_LONGEST_WORDS]
