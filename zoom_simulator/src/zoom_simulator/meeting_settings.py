# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The `settings` of a meeting: which there are, what Zoom makes of a wish."""

from .entities import Account

# Zoom: Create a meeting, settings, with the documented defaults.
DEFAULTS = {
    "host_video": False,
    "participant_video": False,
    "cn_meeting": False,
    "in_meeting": False,
    "join_before_host": False,
    "jbh_time": 0,
    "mute_upon_entry": False,
    "watermark": False,
    "use_pmi": False,
    "approval_type": 2,
    "audio": "both",
    "auto_recording": "none",
    "enforce_login": False,
    "alternative_hosts": "",
    "alternative_hosts_email_notification": True,
    "close_registration": False,
    "show_share_button": False,
    "allow_multiple_devices": False,
    "registrants_confirmation_email": True,
    "registrants_email_notification": True,
    "waiting_room": False,
    "meeting_authentication": False,
    "email_notification": True,
    "private_meeting": False,
    "internal_meeting": False,
    "encryption_type": "enhanced_encryption",
    "calendar_type": 1,
    "push_change_to_calendar": False,
    "focus_mode": False,
    "host_save_video_order": False,
    "meeting_invitees": [],
    "participant_focused_meeting": False,
    "device_testing": False,
    "auto_start_meeting_summary": False,
    "auto_start_ai_companion_questions": False,
}
# Known names whose value is only in the answer when it was sent.
_WITHOUT_DEFAULT = (
    "registration_type",
    "authentication_option",
    "authentication_domains",
    "contact_name",
    "contact_email",
    "breakout_room",
    "language_interpretation",
    "sign_language_interpretation",
    "continuous_meeting_chat",
    "global_dial_in_countries",
    "approved_or_denied_countries_or_regions",
    "resources",
)
# Optional additions of the changelog: clients must ignore what they do not know.
LATE_ADDITIONS = {
    "support_participants_receive_summary": False,
    "alternative_host_manage_meeting_summary": False,
    "request_permission_to_unmute_participants": False,
}
_ALLOWED_VALUES = {
    "jbh_time": (0, 5, 10, 15),
    "auto_recording": ("local", "cloud", "none"),
    "approval_type": (0, 1, 2),
    "registration_type": (1, 2, 3),
    "encryption_type": ("enhanced_encryption", "e2ee"),
    "calendar_type": (1, 2),
    "audio": ("both", "telephony", "voip", "thirdParty"),
}


def _value_is_valid(name: str, value: object) -> bool:
    if name in _ALLOWED_VALUES:
        # `True == 1`, but Zoom's JSON schema says integer.
        return not isinstance(value, bool) and value in _ALLOWED_VALUES[name]
    if isinstance(DEFAULTS.get(name), bool):
        return isinstance(value, bool)
    if isinstance(DEFAULTS.get(name), str):
        return isinstance(value, str)
    return True


def invalid(settings: object) -> list[dict]:
    """Return Zoom's list of invalid fields in a request's `settings`."""
    if not isinstance(settings, dict):
        return [{"field": "settings", "message": "Invalid field."}]
    return [
        {"field": f"settings.{name}", "message": "Invalid field."}
        for name, value in settings.items()
        if not _value_is_valid(name, value)
    ]


def needs_payment(settings: dict) -> bool:
    """Whether a Basic host may not have these.  Zoom: API error definitions, 200."""
    return bool(
        settings.get("auto_recording") == "cloud"
        or settings.get("approval_type") in (0, 1)
        or settings.get("alternative_hosts")
    )


def effective(wanted: dict, before: dict, account: Account, password: str) -> dict:
    """Return the settings a meeting gets, which are not always those asked for.

    :param wanted: `settings` of the request; unknown names are ignored
    :param before: the meeting's settings until now, or `DEFAULTS`
    :param password: the meeting's passcode; empty = none
    """
    known = {**DEFAULTS, **dict.fromkeys(_WITHOUT_DEFAULT)}
    result = dict(before)
    for name, value in wanted.items():
        # Zoom: settings the account does not permit are dropped with a 2xx.
        if name in known and name not in account.dropped_settings:
            result[name] = value
    # A personal meeting room is not simulated; asking for it is dropped as well.
    result["use_pmi"] = False
    # Zoom: meeting settings, "locked at the account level" wins.
    result.update(account.locks)
    if not (password or result["waiting_room"] or result["meeting_authentication"]):
        # Zoom: "Enhanced security for meetings": one of the three is forced.
        if account.forced_protection == "waiting_room":
            result["waiting_room"] = True
    if result["waiting_room"]:
        # Zoom: Create a meeting, `join_before_host`: disabled by a waiting room.
        result["join_before_host"] = False
    return result
