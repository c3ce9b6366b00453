# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling who saved a session that it overlaps, however it was saved.

Dragging, imports and other programs show no form, so the warning comes when Zoom is
about to be told, a moment after the commit: it costs those who save nothing.
"""

import hashlib
import logging

from psycopg2.errors import SerializationFailure

from odoo import fields, models

_logger = logging.getLogger(__name__)


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    # Which overlap was told: the same one is told once, whichever session comes first.
    overlap_key = fields.Char(readonly=True)
    saved_by_id = fields.Many2one(
        "res.users", "Session saved by", readonly=True, ondelete="set null"
    )

    def _call(self):
        call = super()._call()
        if call and call.request:
            self._try_to_tell_of_overlap()
        return call

    def _try_to_tell_of_overlap(self):
        """Warn; but no session stays without its meeting because of a warning."""
        try:
            with self.env.cr.savepoint():
                self._tell_of_overlap()
        except SerializationFailure:
            raise
        except Exception:
            _logger.exception("zoom meeting %d: nobody was told of an overlap", self.id)

    def _tell_of_overlap(self):
        event = self.event_id
        others = event._video_clashes().get(event.id)
        key = _key_of({event: event._video_span(), **others}) if others else False
        if key and key != self.overlap_key and not self._is_told(others, key):
            person = self._who_saved()
            reader = event.with_user(person).with_context(lang=person.lang)
            person._bus_send(
                "simple_notification",
                {
                    "type": "warning",
                    "title": reader.env._("Too many sessions at the same time"),
                    "message": reader._video_overlap_words(others.values()),
                },
            )
        if key != self.overlap_key:
            self.overlap_key = key

    def _who_saved(self):
        """Return who saved the session last; its organiser when that was a program."""
        saver = self.saved_by_id
        return saver if saver.active and saver._is_internal() else self.event_id.user_id

    def _is_told(self, others, key):
        return bool(
            self.search_count(
                [
                    ("event_id", "in", [event.id for event in others]),
                    ("overlap_key", "=", key),
                ],
                limit=1,
            )
        )


def _key_of(spans):
    facts = sorted((e.id, span.start_at, span.stop_at) for e, span in spans.items())
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]
