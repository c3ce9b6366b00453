# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which scope opens which call.  Zoom: OAuth scopes, granular and classic."""

CREATE = "meeting:write:meeting"
UPDATE = "meeting:update:meeting"
DELETE = "meeting:delete:meeting"
READ = "meeting:read:meeting"
LIST = "meeting:read:list_meetings"
STATUS = "meeting:update:status"
USER = "user:read:user"

# Zoom: OAuth scopes: the classic scope that is equal to each granular one.
_CLASSIC = {
    CREATE: "meeting:write",
    UPDATE: "meeting:write",
    DELETE: "meeting:write",
    STATUS: "meeting:write",
    READ: "meeting:read",
    LIST: "meeting:read",
    USER: "user:read",
}
ALL = (CREATE, UPDATE, DELETE, READ, LIST, STATUS, USER)
DEFAULT = (CREATE, UPDATE, DELETE, READ, LIST, USER)

# What the page of consent says about each.
IN_WORDS = {
    CREATE: "Create a meeting for you",
    UPDATE: "Change your meetings",
    DELETE: "Delete your meetings",
    READ: "See one of your meetings",
    LIST: "See the list of your meetings",
    STATUS: "End your meetings",
    USER: "See your name, e-mail address and plan",
    "meeting:write": "Create, change and delete your meetings",
    "meeting:read": "See your meetings",
    "user:read": "See your name, e-mail address and plan",
}


def allows(granted: tuple[str, ...], needed: str) -> bool:
    """Whether a token with the scopes `granted` may do what `needed` names."""
    return needed in granted or _CLASSIC[needed] in granted


def named_in_refusal(needed: str) -> list[str]:
    """Return the alternatives Zoom lists when `needed` is missing."""
    return [needed, f"{needed}:admin"]
