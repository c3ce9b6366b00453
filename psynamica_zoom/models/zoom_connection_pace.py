# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A connection as one of those that share the limits of a Zoom account."""

from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ..services import pacing
from ..services.pacing import PacedTransport, Pacer
from ..zoom_api.errors import ZoomRateLimited, ZoomUnreachable

DELIVERY_SOON = timedelta(minutes=3)  # as long as a claim of the delivery lasts
pacer = Pacer()  # of this process; one process at a time delivers


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    def _account_key(self):
        """Return the key of the Zoom account; of the connection while it is unknown."""
        self.ensure_one()
        if self.zoom_account_mark:
            return f"account/{self.zoom_account_mark}"
        return f"connection/{self.id}"

    @api.model
    def _account_key_sql(self, alias):
        """Return `_account_key` as SQL.

        :param alias: of the table of connections
        """
        return SQL(
            "COALESCE('account/' || %s, 'connection/' || %s)",
            SQL.identifier(alias, "zoom_account_mark"),
            SQL.identifier(alias, "id"),
        )

    def _user_key(self):
        """Return the key of the Zoom user; of the connection while it is unknown."""
        self.ensure_one()
        if self.zoom_user_mark:
            return f"user/{self.zoom_user_mark}"
        return f"connection/{self.id}"

    def _of_account(self):
        """Return the connections with this one's Zoom account."""
        self.ensure_one()
        if not self.zoom_account_mark:
            return self
        return self.sudo().search(
            [("zoom_account_mark", "=", self.zoom_account_mark)], order="id"
        )

    def _zoom_tier(self):
        """Return how fast the account may be asked: see `pacing.PER_SECOND`."""
        return pacing.tier(self._of_account().mapped("plan"))

    def _zoom_tiers(self):
        """Return connection id → `_zoom_tier`, in one question for all."""
        marks = [mark for mark in self.mapped("zoom_account_mark") if mark]
        sharing = self.sudo().search_fetch(
            [("zoom_account_mark", "in", marks)], ["zoom_account_mark", "plan"]
        )
        plans = {
            mark: some.mapped("plan")
            for mark, some in sharing.grouped("zoom_account_mark").items()
        }
        return {
            one.id: pacing.tier(plans.get(one.zoom_account_mark, [one.plan]))
            for one in self
        }

    def _paced_transport(self, tier=None):
        """Return a transport that asks this connection's account no faster than it may.

        For one call's worth of requests, from any thread.

        :param tier: `_zoom_tier`, when it is known already
        :raises ZoomError: it cannot be made, see `psynamica.zoom.app`
        """
        transport = self.env["psynamica.zoom.app"]._get()._transport()
        tier = tier or self._zoom_tier()
        return PacedTransport(transport, pacer, self._account_key(), tier)

    def _patient_transport(self):
        """Return a paced transport for questions that can wait.

        Another process may deliver to the same account meanwhile: these are slower.

        :raises ZoomUnreachable: Zoom does not work, and only the delivery probes it
        :raises ZoomRateLimited: a limit of the account makes us wait
        :raises ZoomError: see `_paced_transport`
        """
        outage_until, paused_until = self._zoom_holds()
        if outage_until:
            raise ZoomUnreachable("outage", ambiguous=False)
        if paused_until and paused_until > fields.Datetime.now():
            moment = paused_until.replace(tzinfo=timezone.utc)
            raise ZoomRateLimited("pause", retry_at=moment)
        sharing = self._of_account()
        tier = pacing.tier(sharing.mapped("plan"))
        return self._paced_transport(
            pacing.patient(tier, is_idle=not sharing._are_delivered_to())
        )

    def _are_delivered_to(self):
        """Return whether the delivery may ask for these within the next minutes."""
        soon = fields.Datetime.now() + DELIVERY_SOON
        return bool(
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search_count(
                [
                    ("connection_id", "in", self.ids),
                    ("next_attempt_at", "<=", soon),
                ],
                limit=1,
            )
        )

    def _zoom_outage_until(self):
        """Return when Zoom is tried next during an outage; False = there is none."""
        return self._zoom_holds()[0]

    def _zoom_holds(self):
        """Return until when Zoom is left alone, as (because of an outage, of a limit).

        False where there is no such reason; the second may be a moment of the past.
        """
        if not self:
            return False, False
        circuits_sudo = self.env["psynamica.zoom.circuit"].sudo()
        rows = circuits_sudo._known(self._account_key())
        now = fields.Datetime.now()
        outages = [
            now if row.is_probing else max(row.retry_at, now)
            for row in rows
            if row.retry_at
        ]
        pauses = [row.paused_until for row in rows if row.paused_until]
        return max(outages, default=False), max(pauses, default=False)
