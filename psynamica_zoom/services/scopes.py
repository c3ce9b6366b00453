# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which permissions the product needs, and which only add something.

Source: Zoom, granular scopes and classic scopes.  `:admin` and `:master` are wider
forms of the same permission.  An app made before granular scopes has classic ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: scope → what it is for
REQUIRED: Mapping[str, str] = MappingProxyType(
    {
        "meeting:write:meeting": "create",
        "meeting:update:meeting": "move",
        "meeting:delete:meeting": "cancel",
    }
)
OPTIONAL: Mapping[str, str] = MappingProxyType(
    {
        "user:read:user": "account",
        "meeting:read:meeting": "read_back",
        "meeting:read:list_meetings": "reconcile",
    }
)
_WIDER = (":admin", ":master")
_CLASSIC = {
    "meeting:write:meeting": "meeting:write",
    "meeting:update:meeting": "meeting:write",
    "meeting:delete:meeting": "meeting:write",
    "meeting:read:meeting": "meeting:read",
    "meeting:read:list_meetings": "meeting:read",
    "user:read:user": "user:read",
}


def has(granted: Iterable[str], scope: str) -> bool:
    """Return whether `granted` includes `scope` or a form of it that covers it."""
    narrow = {_narrow(name) for name in granted}
    return scope in narrow or _CLASSIC.get(scope) in narrow


def missing_required(granted: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes without which no session can be kept at Zoom."""
    granted = tuple(granted)
    return tuple(scope for scope in REQUIRED if not has(granted, scope))


def missing_optional(granted: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes whose lack takes one feature away."""
    granted = tuple(granted)
    return tuple(scope for scope in OPTIONAL if not has(granted, scope))


def _narrow(scope: str) -> str:
    for suffix in _WIDER:
        scope = scope.removesuffix(suffix)
    return scope
