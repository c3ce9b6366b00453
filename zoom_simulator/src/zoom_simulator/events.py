# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bodies of Zoom's notifications.  Zoom: webhook reference, meeting events."""

import secrets

from .clock import iso
from .entities import App, Meeting, User

DEAUTHORIZED = "app_deauthorized"
VALIDATION = "endpoint.url_validation"


def _event(name: str, now: float, payload: dict) -> dict:
    # Zoom: webhooks, `event_ts` is in milliseconds.
    return {"event": name, "event_ts": int(now * 1000), "payload": payload}


def _by(operator: User) -> dict:
    return {
        "account_id": operator.account.id,
        "operator": operator.email,
        "operator_id": operator.id,
    }


def _core(meeting: Meeting) -> dict:
    core = {
        "uuid": meeting.uuid,
        # Zoom: meeting.created/updated/deleted: the id is a number.
        "id": meeting.id,
        "host_id": meeting.host.id,
        "topic": meeting.topic,
        "type": meeting.type,
        "duration": meeting.duration,
        "timezone": meeting.timezone,
    }
    if meeting.start_at is not None:
        core["start_time"] = iso(meeting.start_at)
    return core


def created(meeting: Meeting, join_url: str, now: float) -> dict:
    """Zoom: meeting.created; also sent for meetings made by our own API calls."""
    settings = meeting.settings
    content = _core(meeting) | {
        "join_url": join_url,
        "password": meeting.password,
        "creation_source": meeting.creation_source,
        "settings": {
            "use_pmi": settings["use_pmi"],
            "alternative_hosts": settings["alternative_hosts"],
            "meeting_invitees": settings["meeting_invitees"],
            "join_before_host": settings["join_before_host"],
            "jbh_time": settings["jbh_time"],
        },
    }
    payload = _by(meeting.host) | {"object": content}
    return _event("meeting.created", now, payload)


def updated(meeting: Meeting, before: dict, after: dict, now: float) -> dict | None:
    """Return meeting.updated, or None when nothing differs.

    Zoom: meeting.updated: `object` and `old_object` hold the id and what changed.

    :param before, after: `answers.comparable` of the meeting
    """
    new, old = _difference(before, after)
    if not new:
        return None
    payload = _by(meeting.host) | {
        "scope": "all",
        "object": {"id": meeting.id} | new,
        "old_object": {"id": meeting.id} | old,
        "time_stamp": int(now * 1000),
    }
    return _event("meeting.updated", now, payload)


def _difference(before: dict, after: dict) -> tuple[dict, dict]:
    new = {name: value for name, value in after.items() if before.get(name) != value}
    old = {name: before[name] for name in new if name in before}
    if "settings" in new:
        new["settings"], old["settings"] = _difference(
            before["settings"], after["settings"]
        )
    return new, old


def deleted(meeting: Meeting, now: float) -> dict:
    """Zoom: meeting.deleted."""
    return _event(
        "meeting.deleted", now, _by(meeting.host) | {"object": _core(meeting)}
    )


def recovered(meeting: Meeting, now: float) -> dict:
    """Zoom: meeting.recovered."""
    return _event(
        "meeting.recovered", now, _by(meeting.host) | {"object": _core(meeting)}
    )


def _instance(meeting: Meeting) -> dict:
    # Zoom: meeting.started/ended: the id is a STRING, `start_time` the actual
    # start, `duration` the scheduled minutes.
    return _core(meeting) | {
        "id": str(meeting.id),
        "start_time": iso(meeting.last_started_at or 0),
    }


def started(meeting: Meeting, now: float) -> dict:
    """Zoom: meeting.started."""
    account_id = meeting.host.account.id
    payload = {"account_id": account_id, "object": _instance(meeting)}
    return _event("meeting.started", now, payload)


def ended(meeting: Meeting, now: float) -> dict:
    """Zoom: meeting.ended; to be made before the meeting gets its next uuid."""
    content = _instance(meeting) | {"end_time": iso(now)}
    payload = {"account_id": meeting.host.account.id, "object": content}
    return _event("meeting.ended", now, payload)


def deauthorized(app: App, user: User, now: float) -> dict:
    """Zoom: app_deauthorized as delivered since June 2025: keys in ABC order."""
    milliseconds = int(now * 1000) % 1000
    payload = {
        "account_id": user.account.id,
        "client_id": app.client_id,
        "deauthorization_time": f"{iso(now)[:-1]}.{milliseconds:03}Z",
        # Zoom-internal: nobody outside can verify it.
        "signature": secrets.token_hex(32),
        "user_data_retention": None,
        "user_id": user.id,
    }
    return _event(DEAUTHORIZED, now, payload)


def url_validation(plain_token: str, now: float) -> dict:
    """Zoom: webhooks, endpoint.url_validation; here `event` comes last."""
    return {
        "payload": {"plainToken": plain_token},
        "event_ts": int(now * 1000),
        "event": VALIDATION,
    }
