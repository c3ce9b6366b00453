# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every night, and when somebody asks: is at Zoom what should be there?

One row a connection: what the last comparison found, and how far the present one is.
"""

import logging
import random
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services import delivery_policy, reconciliation
from ..services.reconciliation import Verdict
from ..zoom_api.errors import ZoomError, ZoomScopeMissing
from .zoom_look import LIST, READ
from .zoom_told import aware, naive

_logger = logging.getLogger(__name__)

NIGHTLY = timedelta(hours=20)  # a little less than a day: nights differ in length
CHANGED = (None, None, None, None, None)  # a stamp that no row has
_CRON = "psynamica_zoom.ir_cron_reconcile"
COUNTS = {
    Verdict.AGREES: "agreed",
    Verdict.MISSING: "made",
    Verdict.LOST: "made",
    Verdict.UNDELIVERED: "corrected",
    Verdict.UNWANTED: "removed",
    Verdict.ORPHAN: "removed",
    Verdict.MOVED: "proposed",
    Verdict.DELETED: "proposed",
    Verdict.LEFT_ALONE: "left_alone",
}
COUNT_NAMES = tuple(dict.fromkeys(COUNTS.values()))


class ZoomReconciliation(models.Model):
    _name = "psynamica.zoom.reconciliation"
    _description = "Comparison with Zoom"
    _rec_name = "user_id"
    _order = "finished_at desc, id"

    connection_id = fields.Many2one(
        "psynamica.zoom.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        related="connection_id.user_id", string="User", store=True, index=True
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Under way"),
            ("done", "Done"),
            ("unable", "A permission is missing"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    asked_at = fields.Datetime(readonly=True)
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime("Last compared", readonly=True)
    next_at = fields.Datetime("Next attempt", readonly=True)
    attempts = fields.Integer(readonly=True)
    total = fields.Integer("Meetings", readonly=True)
    looked_at = fields.Integer("Compared", readonly=True)
    agreed = fields.Integer("Same in both", readonly=True)
    made = fields.Integer("Made anew", readonly=True)
    corrected = fields.Integer("Brought up to date", readonly=True)
    removed = fields.Integer("Deleted", readonly=True)
    proposed = fields.Integer("To be decided", readonly=True)
    left_alone = fields.Integer("Being worked on", readonly=True)
    problem = fields.Char(readonly=True)
    text = fields.Char("Result", compute="_compute_text")

    _connection_unique = models.UniqueIndex("(connection_id)")

    # In words

    @api.depends("state", "problem", "next_at", "looked_at", "total", *COUNT_NAMES)
    @api.depends_context("lang", "tz")
    def _compute_text(self):
        for one in self:
            one.text = one._words()

    def _words(self):
        if self.state == "unable":
            return self.env._(
                "Your meetings cannot be compared with Zoom, because the permissions "
                "meeting:read:list_meetings and meeting:read:meeting are missing."
            )
        if self.problem and self.next_at:
            return self.env._(
                "Zoom could not be asked. It will be tried again by itself."
            )
        if self.problem:
            return self.env._("Zoom refused to answer. Please tell your administrator.")
        if self.state == "waiting":
            return self.env._("Your meetings will be compared with Zoom in a moment.")
        if self.state == "running":
            return self.env._(
                "Compared so far: %(done)d of %(all)d.",
                done=self.looked_at,
                all=self.total,
            )
        return self._result_words()

    def _result_words(self):
        told = {
            "agreed": self.env._("Same in both: %(count)s.", count=self.agreed),
            "made": self.env._(
                "Missing at Zoom, being made: %(count)s.", count=self.made
            ),
            "corrected": self.env._(
                "Brought up to date: %(count)s.", count=self.corrected
            ),
            "removed": self.env._(
                "Without a session, being deleted: %(count)s.", count=self.removed
            ),
            "proposed": self.env._(
                "Changed in Zoom, please decide: %(count)s.", count=self.proposed
            ),
            "left_alone": self.env._(
                "Being worked on: %(count)s.", count=self.left_alone
            ),
        }
        sentences = [words for name, words in told.items() if self[name]]
        return " ".join(sentences) or self.env._("No meetings are coming up.")

    # Asking for it

    @api.model
    def _ask(self, connections):
        """Have these connections compared with Zoom soon."""
        known = self.sudo().search([("connection_id", "in", connections.ids)])
        fresh = connections - known.connection_id
        known |= self.sudo().create([{"connection_id": one.id} for one in fresh])
        idle = known.filtered(lambda one: one.state != "running")
        idle.write({"state": "waiting", "next_at": False, "problem": False})
        known.write({"asked_at": fields.Datetime.now()})
        known._wake()

    def _wake(self):
        """Have these made when this transaction is committed."""
        self.env.ref(_CRON).sudo()._trigger()

    def action_ask(self):
        """Compare these now.

        :raises AccessError: for everybody but administrators
        """
        self._check_administrator()
        connected = self.connection_id.filtered(lambda one: one.state == "connected")
        self._ask(connected)

    @api.model
    def action_ask_all(self):
        """Compare all connections now.

        :raises AccessError: for everybody but administrators
        """
        self._check_administrator()
        connections = self.env["psynamica.zoom.connection"].sudo()
        self._ask(connections.search([("state", "=", "connected")]))

    def _check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("This is for administrators."))

    # Doing it

    @api.model
    def _cron_reconcile(self):
        """Compare what is due, one connection after the other."""
        self._due()._compare_in_turn()
        # Also when the time was up: the last one may have been done just then.
        moments = self.sudo().search([("next_at", "!=", False)]).mapped("next_at")
        if moments:
            self.env.ref(_CRON).sudo()._trigger(at=min(moments))

    def _compare_in_turn(self):
        """Make these, as many as there is time for.  Commits."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(self))
        for one in self:
            one._run_safely()
            if not cron._commit_progress(1):
                return

    @api.model
    def _due(self):
        connections = self.env["psynamica.zoom.connection"].sudo()
        connected = connections.search([("state", "=", "connected")])
        known = self.sudo().search([("connection_id", "in", connected.ids)])
        fresh = connected - known.connection_id
        known |= self.sudo().create([{"connection_id": one.id} for one in fresh])
        return known.filtered(lambda one: one._is_due())

    def _is_due(self):
        now = fields.Datetime.now()
        if self.next_at:
            return self.next_at <= now
        if self.asked_at or not self.finished_at or self.state == "running":
            return True
        return self.finished_at < now - NIGHTLY

    def _run_safely(self):
        """Compare one connection; what goes wrong with it must not stop the others."""
        try:
            self._run()
        except ZoomError as error:
            self.env.cr.rollback()
            self._note_trouble(error)
        except SerializationFailure:
            self.env.cr.rollback()  # somebody else is at it; asked for, it comes again
            return
        except Exception:
            self.env.cr.rollback()
            _logger.exception("zoom: comparison %d", self.id)
            self._finish("failed", problem="error")
        self.connection_id._tell_user()

    def _run(self):
        self.write(
            {
                "state": "running",
                "asked_at": False,
                "started_at": fields.Datetime.now(),
                "next_at": False,
                "problem": False,
                "total": 0,
                "looked_at": 0,
                **dict.fromkeys(COUNT_NAMES, 0),
            }
        )
        connection = self.connection_id
        if connection._has_scope(LIST):
            self._compare_list()
        elif connection._has_scope(READ):
            self._compare_one_by_one()
        else:
            self._finish("unable")
            return
        self._finish("done")

    def _finish(self, state, problem=False):
        self.write(
            {
                "state": state,
                "problem": problem,
                "finished_at": fields.Datetime.now(),
                "asked_at": False,
                "next_at": False,
                "attempts": 0,
            }
        )

    def _note_trouble(self, error):
        _logger.info("zoom: comparison %d: %s", self.id, error)
        if isinstance(error, ZoomScopeMissing):
            self._finish("unable")
            return
        attempts = self.attempts + 1
        moment = delivery_policy.next_attempt(
            error,
            attempts,
            aware(fields.Datetime.now()),
            random.random(),  # noqa: S311 spreads load, guards nothing
        )
        if not moment:
            self._finish("failed", problem=error.reason)
            return
        self.write(
            {
                "state": "waiting",
                "problem": error.reason,
                "next_at": naive(moment),
                "attempts": attempts,
            }
        )

    # With the list of all meetings

    def _compare_list(self):
        rows = self._rows()
        stamps = {row.id: row._stamp() for row in rows}
        rows._look_now()
        meetings = self.connection_id._meetings_at_zoom()
        rows._look_now()
        rows = rows.exists() | self._rows_of_markers(meetings)
        values = [row._as_row(stamps.get(row.id, CHANGED)) for row in rows]
        findings = reconciliation.compare(values, meetings)
        self.total = len(findings)
        for finding in findings:
            self._guarded(lambda: self._settle(finding, stamps))  # noqa: B023

    def _rows(self):
        """Return the rows that are, or should be, at Zoom in this account."""
        rows = self.env["psynamica.zoom.meeting"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("state", "!=", "left"),
                "|",
                ("session_stop", "=", False),
                ("session_stop", ">", fields.Datetime.now()),
            ]
        )
        # A meeting of another account is for the delivery to give up.
        return rows.filtered(lambda row: not row.zoom_id or row._is_of_this_account())

    def _rows_of_markers(self, meetings):
        """Return the rows that made these meetings, whatever has become of them."""
        uniques = [one.unique for one in meetings if one.unique]
        return self.env["psynamica.zoom.meeting"].search([("marker", "in", uniques)])

    def _settle(self, finding, stamps):
        """Act on a finding and return the verdict, which may have changed."""
        if finding.key is None:
            return self._settle_stray(finding)
        row = self.env["psynamica.zoom.meeting"].browse(finding.key)
        stamp = stamps.get(row.id, CHANGED)
        verdict = finding.verdict
        if verdict is Verdict.DELETED and self.connection_id._has_scope(READ):
            # Lists may lag behind; whoever is told should not be told for nothing.
            row._look_now()
            found = row._found_at_zoom()
            row._look_now()
            return row._settle_with_zoom(found, stamp)
        row = row.try_lock_for_update()
        if not row or row._as_row(stamp).is_busy:
            return Verdict.LEFT_ALONE
        row._act_on(verdict, finding.found and finding.found.times)
        return verdict

    def _settle_stray(self, finding):
        """Have a stray deleted, unless somebody is at work on it after all."""
        meetings = self.env["psynamica.zoom.meeting"]
        number, unique = finding.found.zoom_id, finding.found.unique
        makers = meetings.search(
            ["|", ("marker", "=", unique), ("zoom_id", "=", number)]
        )
        if finding.verdict is Verdict.LEFT_ALONE or any(
            row._is_at_work() for row in makers
        ):
            return Verdict.LEFT_ALONE
        removed = meetings._remove_stray(self.connection_id, [number])
        return Verdict.ORPHAN if removed else Verdict.LEFT_ALONE

    # One after the other

    def _compare_one_by_one(self):
        rows = self._rows().filtered("event_id")
        self.total = len(rows)
        for row in rows:
            self._guarded(lambda: self._look_at(row))  # noqa: B023

    def _look_at(self, row):
        stamp = row._stamp()
        row._look_now()
        found = None if row._is_at_work() else row._found_at_zoom()
        row._look_now()
        return row._settle_with_zoom(found, stamp)

    def _guarded(self, work):
        """Count the verdict that `work` returns; commit."""
        try:
            verdict = work()
        except SerializationFailure:
            self.env.cr.rollback()  # a delivery was quicker
            verdict = Verdict.LEFT_ALONE
        self[COUNTS[verdict]] += 1
        self.looked_at += 1
        self.env["ir.cron"]._commit_progress()


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    reconciliation_ids = fields.One2many(
        "psynamica.zoom.reconciliation", "connection_id", readonly=True
    )

    def action_reconcile(self):
        """Compare the meetings of these connections with Zoom.

        :raises AccessError: for everybody but administrators
        """
        comparisons = self.env["psynamica.zoom.reconciliation"]
        comparisons._check_administrator()
        comparisons._ask(self.filtered(lambda one: one.state == "connected"))
