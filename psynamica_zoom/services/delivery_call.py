# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One call to Zoom about one meeting, as a thread carries it out: plain values only."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from ..zoom_api import meetings as zoom_meetings
from ..zoom_api.errors import (
    ZoomError,
    ZoomMeetingEnded,
    ZoomNotFound,
    ZoomScopeMissing,
)
from ..zoom_api.meeting import Meeting
from ..zoom_api.meeting_request import MeetingRequest
from .event_to_meeting import Marker, find_marker
from .lost_create import Candidate
from .meeting_sync import Action

_logger = logging.getLogger(__name__)


class Call(NamedTuple):
    """One call to Zoom, in plain values.

    :param connected_at: which connection's token it uses: users connect again
    :param look_for: the marker of a lost create, when the user's meetings may be listed
    :param candidates: what else is known to come of a lost create
    :param may_create: a create may be sent; else what was lost is only looked for
    :param tried_at: when the lost create was sent; None without one
    :param wait_until: when to look again for what was not found
    """

    meeting: int
    connection: int
    wanted: int
    action: Action
    zoom_id: str
    request: MeetingRequest | None
    fingerprint: str
    read_back: bool
    connected_at: datetime | None = None
    look_for: Marker | None = None
    candidates: tuple[Candidate, ...] = ()
    may_create: bool = False
    tried_at: datetime | None = None
    wait_until: datetime | None = None


class Outcome(NamedTuple):
    """What came of a call.

    :param meeting: as Zoom told it; None after a delete, or when it was not asked
    :param is_read: `meeting` is all of what Zoom has now
    :param has_posted: a create was sent
    :param is_waiting: what was lost was not found, and it is too early to give it up
    :param strays: the ids of further meetings that the same row has made
    """

    meeting: Meeting | None = None
    error: ZoomError | None = None
    is_read: bool = False
    has_posted: bool = False
    is_waiting: bool = False
    strays: tuple[str, ...] = ()


def perform(transport, token, call):
    """Carry out `call`; runs in a thread, so it knows nothing of Odoo.

    :param token: the access token, or a function that returns one, which may wait for
        Zoom and raise `ZoomError`
    :return: an `Outcome`; errors of Zoom are part of it
    """
    try:
        token = token() if callable(token) else token
    except ZoomError as error:
        return Outcome(error=error)
    work = _Work(transport, token, call)
    try:
        return work.outcome()
    except ZoomError as error:
        return Outcome(error=error, has_posted=work.has_posted)


class _Work:
    """One call on its way."""

    def __init__(self, transport, token, call):
        self._zoom = (transport, token)
        self._call = call
        self.has_posted = False

    def outcome(self):
        """Do it.

        :raises ZoomError: see `zoom_api.errors`
        """
        actions = {
            Action.CREATE: self._create,
            Action.UPDATE: self._update,
            Action.DELETE: self._delete,
            Action.FIND: self._find,
        }
        return actions[self._call.action]()

    def _create(self):
        self.has_posted = True
        made = zoom_meetings.create(*self._zoom, self._call.request)
        return Outcome(meeting=made, is_read=True, has_posted=True)

    def _update(self):
        zoom_id = self._call.zoom_id
        zoom_meetings.update(*self._zoom, zoom_id, self._call.request)
        found = self._read(zoom_id)
        return Outcome(meeting=found, is_read=found is not None)

    def _delete(self):
        zoom_meetings.delete(*self._zoom, self._call.zoom_id)
        return Outcome()

    def _read(self, zoom_id):
        """Return what Zoom has now; None when it cannot be read.

        What was said has been said: to say it again because of this would count
        against Zoom's 100 a day.

        :raises ZoomNotFound: it has gone meanwhile
        """
        if not self._call.read_back:
            return None
        try:
            return zoom_meetings.read(*self._zoom, zoom_id)
        except ZoomNotFound:
            raise
        except ZoomError as error:
            _logger.info("zoom: a meeting was not read back: %s", error)
            return None

    # A create whose answer was lost

    def _find(self):
        found = self._found()
        outcome = self._adopt(found) if self._call.request else self._delete_all(found)
        if outcome:
            return outcome
        if not self._call.may_create:
            return Outcome(is_waiting=True)
        return self._create() if self._call.request else Outcome()

    def _found(self):
        """Return all meetings that this row has made, each once."""
        found = {candidate.zoom_id: candidate for candidate in self._call.candidates}
        for meeting in self._listed():
            if find_marker(meeting.agenda) == self._call.look_for:
                told = Candidate(meeting.id, meeting.join_url)
                found.setdefault(meeting.id, told)
        return list(found.values())

    def _listed(self):
        if not self._call.look_for:
            return []
        try:
            # Those that are over too: the session may have been moved since.
            return list(zoom_meetings.list_scheduled(*self._zoom))
        except ZoomScopeMissing as error:
            _logger.info("zoom: a lost meeting cannot be looked for: %s", error)
            return []

    def _adopt(self, found):
        """Make one of these the meeting that is wanted; None when none will do."""
        for number, candidate in enumerate(found):
            try:
                outcome = self._adopt_one(candidate)
            except ZoomNotFound:
                continue
            if outcome:
                strays = tuple(other.zoom_id for other in found[number + 1 :])
                return outcome._replace(strays=strays)
        return None

    def _adopt_one(self, candidate):
        zoom_meetings.update(*self._zoom, candidate.zoom_id, self._call.request)
        if whole := self._read(candidate.zoom_id):
            return Outcome(meeting=whole, is_read=True)
        if candidate.join_url:
            return Outcome(meeting=candidate.as_meeting())
        # Nobody could be led into it.
        zoom_meetings.delete(*self._zoom, candidate.zoom_id)
        return None

    def _delete_all(self, found):
        for candidate in found:
            try:
                zoom_meetings.delete(*self._zoom, candidate.zoom_id)
            except (ZoomNotFound, ZoomMeetingEnded):
                continue
        return Outcome() if found else None
