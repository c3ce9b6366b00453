# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether Zoom works: for each Zoom account and for Zoom as a whole.

One row for each, shared by all processes; written by the delivery alone, in short
transactions.  Nobody who saves a session reads or writes it.
"""

import random
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ..services import circuit_breaker, delivery_policy
from ..services.circuit_breaker import ACCOUNT_FAILURES, CLOSED, ZOOM_FAILURES, Circuit
from .vacuum import delete_old

ZOOM = "zoom"  # the key of Zoom as a whole
OUTAGE_REASONS = ("unreachable", "server_error", "bad_answer")
NAMES = Circuit._fields


class ZoomCircuit(models.Model):
    _name = "psynamica.zoom.circuit"
    _description = "Whether Zoom works"
    _rec_name = "since"

    key = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    # The same as in `services.circuit_breaker.Circuit`.
    failures = fields.Integer(readonly=True)
    since = fields.Datetime(readonly=True)
    probes = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    is_probing = fields.Boolean(readonly=True)
    answers = fields.Integer(readonly=True)
    is_told = fields.Boolean(readonly=True)
    # A limit of the account is reached: nothing is asked before.
    paused_until = fields.Datetime(readonly=True)

    _key_unique = models.UniqueIndex("(key)")

    # What calls tell

    @api.model
    def _note(self, connection, error):
        """Keep what came of a call: about its Zoom account and about Zoom.

        :param error: None when there was none
        """
        if circuit_breaker.is_outage(error):
            self._note_outage(connection._account_key(), error)
        elif circuit_breaker.is_answer(error):
            self._note_answer(connection._account_key(), error)
        else:
            for row in self._known(connection._account_key()):
                row._become(circuit_breaker.undecided(row._circuit(), _now()))

    def _note_outage(self, key, error):
        zoom, account = self._ensure(ZOOM, key)
        is_zooms = zoom._circuit().is_open or circuit_breaker.concerns_zoom(
            error, account._circuit()
        )
        if not zoom._circuit().is_open:
            account._fail(ACCOUNT_FAILURES)
        if is_zooms:
            zoom._fail(ZOOM_FAILURES)
        if zoom._circuit().is_open:
            zoom._take_over()

    def _note_answer(self, key, error):
        for row in self._known(key):
            was_open = row._circuit().is_open
            row._become(circuit_breaker.answered(row._circuit()))
            if was_open:
                row._wake()
        now = _now().replace(tzinfo=timezone.utc)
        until = error and delivery_policy.pause(error, now, _jitter())
        if until:
            until = until.astimezone(timezone.utc).replace(tzinfo=None)
            account = self._ensure(key)
            account.paused_until = max(until, account.paused_until or until)

    def _fail(self, limit):
        self._become(circuit_breaker.failed(self._circuit(), limit, _now(), _jitter()))

    def _take_over(self):
        """Make the outages of single accounts part of this one, that of Zoom."""
        others = self.search([("id", "!=", self.id), ("failures", ">", 0)])
        is_told = any(others.mapped("is_told"))
        for row in others:
            row._become(CLOSED)
        if is_told:
            self.is_told = True

    def _wake(self):
        """Have the meetings that this outage held up tried now, the soonest first."""
        meetings = self.env["psynamica.zoom.meeting"]
        key = self.env["psynamica.zoom.connection"]._account_key_sql("c")
        self.env.cr.execute(
            SQL(
                """
                UPDATE psynamica_zoom_meeting SET next_attempt_at = %(now)s
                 WHERE id IN (
                       SELECT m.id FROM psynamica_zoom_meeting m
                         JOIN psynamica_zoom_connection c ON c.id = m.connection_id
                        WHERE m.next_attempt_at > %(now)s
                          AND m.error_reason IN %(reasons)s
                          AND %(mine)s IN (%(zoom)s, %(key)s)
                          FOR UPDATE OF m SKIP LOCKED)
                """,
                now=_now(),
                reasons=OUTAGE_REASONS,
                mine=self.key,
                zoom=ZOOM,
                key=key,
            )
        )
        meetings.invalidate_model(["next_attempt_at"])

    # What calls are allowed

    @api.model
    def _begin(self, connection):
        """Note that a call is made: a probe, while a circuit is open."""
        for row in self._known(connection._account_key()).filtered("retry_at"):
            row._become(circuit_breaker.probing(row._circuit(), _now()))

    @api.model
    def _most_calls(self):
        """Return key → how many calls may run at once, where that is limited."""
        rows = self.search(["|", ("answers", ">", 0), ("retry_at", "!=", False)])
        return {row.key: row._circuit().most_calls for row in rows}

    @api.model
    def _held_sql(self, key):
        """Return SQL that is true when an account must not be asked now.

        :param key: SQL for the account's key
        """
        return SQL(
            """
            EXISTS (SELECT FROM psynamica_zoom_circuit held
                     WHERE held.key IN (%(zoom)s, %(key)s)
                       AND (held.retry_at > %(now)s OR held.paused_until > %(now)s))
            """,
            zoom=ZOOM,
            key=key,
            now=_now(),
        )

    @api.model
    def _next_moment(self):
        """Return when something that is held up may be asked again; False = nothing."""
        now = _now()
        rows = self.search(
            ["|", ("retry_at", ">", now), ("paused_until", ">", now)],
        ).filtered(lambda row: row._is_mine())
        moments = [*rows.mapped("retry_at"), *rows.mapped("paused_until")]
        return min((one for one in moments if one and one > now), default=False)

    def _is_mine(self):
        """Return whether this is about meetings that are ours to deliver."""
        return True

    # The end

    @api.model
    def _settle(self):
        """Close what is recovering: all that waited has been answered."""
        for row in self.search([("answers", ">", 0)]):
            row._become(circuit_breaker.settled(row._circuit()))

    @api.autovacuum
    def _gc_quiet(self):
        """Forget accounts with which all has been well for a day."""
        day_ago = _now() - timedelta(days=1)
        return delete_old(
            self,
            [
                ("failures", "=", 0),
                ("since", "=", False),
                ("is_told", "=", False),
                ("write_date", "<", day_ago),
                "|",
                ("paused_until", "=", False),
                ("paused_until", "<", day_ago),
            ],
        )

    # Rows and values

    def _known(self, key):
        """Return the rows there are, of this account and of Zoom."""
        return self.search([("key", "in", (ZOOM, key))])

    def _ensure(self, *keys):
        """Return a row for each key, in this order."""
        known = {row.key: row for row in self.search([("key", "in", keys)])}
        missing = [key for key in keys if key not in known]
        for row in self._add(missing):
            known[row.key] = row
        return [known[key] for key in keys] if len(keys) > 1 else known[keys[0]]

    def _add(self, keys):
        """Return new rows with these keys.

        :raises SerializationFailure: another process has just made one
        """
        if not keys:
            return self.browse()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO psynamica_zoom_circuit
                       (key, failures, probes, answers, is_probing, is_told,
                        create_uid, create_date, write_uid, write_date)
                SELECT unnest(%(keys)s), 0, 0, 0, FALSE, FALSE,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                    ON CONFLICT (key) DO NOTHING
                """,
                keys=keys,
                uid=self.env.uid,
                now=_now(),
            ),
            log_exceptions=False,
        )
        return self.search([("key", "in", keys)])

    def _circuit(self):
        """Return this row as a value."""
        self.ensure_one()
        return Circuit(
            **{
                name: self[name] or getattr(CLOSED, name)
                for name in NAMES  # what is empty in a row is what a new circuit has
            }
        )

    def _become(self, circuit):
        """Store what is new."""
        before = self._circuit()._asdict()
        after = circuit._asdict()
        self.write({name: after[name] for name in NAMES if after[name] != before[name]})


def _now():
    return fields.Datetime.now()


def _jitter():
    return random.random()  # noqa: S311 spreads load, guards nothing
