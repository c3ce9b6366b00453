# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a host has changed at Zoom by hand, for people to decide about.

A client knows the time in the calendar, so nothing that happens at Zoom changes an
appointment by itself.  The organiser gets one activity; it goes when somebody has
decided, or when there is nothing left to decide.
"""

from datetime import timedelta

import pytz
from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import format_date, format_time

from .vacuum import delete_old

KEPT = timedelta(days=30)
ACTIVITY = "mail.mail_activity_data_todo"


class ZoomProposal(models.Model):
    _name = "psynamica.zoom.proposal"
    _description = "Change made at Zoom"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    meeting_id = fields.Many2one(
        "psynamica.zoom.meeting",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    event_id = fields.Many2one(
        "calendar.event", readonly=True, ondelete="set null", index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users",
        "Organiser",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(
        [("moved", "Moved at Zoom"), ("deleted", "Deleted at Zoom")],
        required=True,
        readonly=True,
    )
    zoom_start = fields.Datetime("Start at Zoom", readonly=True)
    zoom_minutes = fields.Integer("Minutes at Zoom", readonly=True)
    our_start = fields.Datetime("Start in the calendar", readonly=True)
    our_stop = fields.Datetime("End in the calendar", readonly=True)
    state = fields.Selection(
        [
            ("open", "To be decided"),
            ("taken", "Zoom's time taken over"),
            ("kept", "Calendar kept"),
            ("obsolete", "Nothing left to decide"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    text = fields.Char("What happened", compute="_compute_text")

    _open_unique = models.UniqueIndex(
        "(meeting_id) WHERE state = 'open'", "One proposal a meeting at a time."
    )

    @api.depends("kind", "our_start", "zoom_start")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for proposal in self:
            moments = filter(None, (proposal.our_start, proposal.zoom_start))
            when = " → ".join(proposal._moment(moment) for moment in moments)
            proposal.display_name = f"{kinds.get(proposal.kind, '')} ({when})"

    @api.depends("kind", "zoom_start", "zoom_minutes", "our_start", "our_stop")
    @api.depends_context("uid", "lang", "tz")
    def _compute_text(self):
        for proposal in self:
            proposal.text = proposal._words()

    # Telling people

    def _words(self):
        if self.kind == "deleted":
            return self.env._(
                "The meeting of %(time)s was deleted in Zoom. Until you decide, the "
                "link opens the built-in video room.",
                time=self._span(self.our_start, self.our_stop),
            )
        if self.zoom_start == self.our_start:
            length = self.our_stop - self.our_start
            return self.env._(
                "In Zoom the meeting of %(time)s now lasts %(zoom)d minutes instead "
                "of %(ours)d. Nobody has been told.",
                time=self._moment(self.our_start),
                zoom=self.zoom_minutes,
                ours=length // timedelta(minutes=1),
            )
        return self.env._(
            "In Zoom this meeting was moved to %(zoom)s. In the calendar it is on "
            "%(ours)s, and nobody has been told anything else.",
            zoom=self._span(self.zoom_start, self._zoom_stop()),
            ours=self._span(self.our_start, self.our_stop),
        )

    def _zoom_stop(self):
        return self.zoom_start + timedelta(minutes=self.zoom_minutes)

    def _span(self, start, stop):
        return self.env._(
            "%(start)s – %(end)s", start=self._moment(start), end=self._clock(stop)
        )

    def _moment(self, moment):
        day = format_date(self.env, self._local(moment), date_format="full")
        return f"{day}, {self._clock(moment)}"

    def _clock(self, moment):
        local = self._local(moment)
        return format_time(self.env, local.timetz(), time_format="short")

    def _local(self, moment):
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))

    def _ask(self):
        """Have the organiser asked: by one mail, whatever else the host changes."""
        user = self.user_id
        if not user.active:
            return
        own = self.with_context(lang=user.lang, tz=user.tz)
        link = f"/odoo/calendar.event/{self.event_id.id}"
        note = Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            escape(own._words()),
            link,
            own.env._("Open the session"),
        )
        asked = self.activity_search([ACTIVITY], user_id=user.id)
        if asked:
            asked.note = note
            return
        own.activity_schedule(
            ACTIVITY,
            summary=own.env._("A meeting was changed in Zoom: please decide"),
            note=note,
            user_id=user.id,
        )

    # What becomes of it

    def _is_current(self):
        """Return whether the session is still what the host's change was made to."""
        event = self.event_id
        return bool(
            self.state == "open"
            and event.active
            and (event.start, event.stop) == (self.our_start, self.our_stop)
            and event.user_id == self.user_id
        )

    def _close(self, state, user=None):
        """Note what became of these and take the activities away."""
        still_open = self.filtered(lambda one: one.state == "open")
        if not still_open:
            return
        still_open.write(
            {
                "state": state,
                "decided_by_id": user.id if user else False,
                "decided_at": fields.Datetime.now(),
            }
        )
        still_open.activity_unlink([ACTIVITY])

    def action_open_session(self):
        """Open the session that this is about, where it is decided."""
        self.ensure_one()
        return self.event_id._video_page_action()

    @api.autovacuum
    def _gc_decided(self):
        before = fields.Datetime.now() - KEPT
        decided = [("state", "!=", "open"), ("decided_at", "<", before)]
        return delete_old(self, decided)
