# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A create whose answer was lost: what was found of it, and when to give it up.

Zoom knows no idempotency key, so a repeated create makes a second meeting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..zoom_api.meeting import Meeting

#: A new meeting may be missing in the list for a moment.
LISTED_AFTER = timedelta(seconds=30)
#: Zoom sends notifications within seconds; those it has to repeat come later.
ANNOUNCED_AFTER = timedelta(minutes=5)
#: People come early: until then it should be clear where the session takes place.
BEFORE_START = timedelta(minutes=2)


@dataclass(frozen=True, repr=False)
class Candidate:
    """A meeting that a lost create has made.  Its `repr` does not open the room.

    :param join_url: "" when it was not told, as is the passcode
    """

    zoom_id: str
    join_url: str = ""
    passcode: str = ""

    def __repr__(self) -> str:
        return f"<Candidate {self.zoom_id}>"

    def as_meeting(self) -> Meeting:
        """Return the meeting as far as it is known."""
        return Meeting(self.zoom_id, join_url=self.join_url, passcode=self.passcode)


def looked_for_until(
    tried_at: datetime,
    start_at: datetime | None,
    *,
    can_list: bool,
    can_hear: bool,
    announced_after: timedelta = ANNOUNCED_AFTER,
) -> datetime:
    """Return from when on a meeting that was not found counts as never made.

    :param tried_at: when the create was sent
    :param start_at: of the session; None when there is none to hurry for
    :param can_list: the user's meetings may be listed
    :param can_hear: Zoom's notifications come in
    :param announced_after: how long one of them is waited for
    """
    if can_list:
        return tried_at + LISTED_AFTER
    if not can_hear:
        return tried_at  # nothing will ever tell
    until = tried_at + announced_after
    if start_at is None:
        return until
    hurried = max(start_at - BEFORE_START, tried_at + LISTED_AFTER)
    return min(until, hurried)
