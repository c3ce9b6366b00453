# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How often strangers have tried, so that nobody tries all day.

Kept in the database, because a new session costs a stranger nothing.  Neither the
address nor the e-mail is kept, only what is computed from it with the database's
secret, and that for a day.
"""

import ipaddress
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import hmac

from odoo.addons.psynamica_zoom.models.vacuum import delete_old

from ..services.client_match import normal_email
from ..services.rate_limit import Limit, allows, free_at

HOUR = timedelta(hours=1)
LIMITS = {
    "hold": Limit(tries=60, window=HOUR),  # per address: to look around is allowed
    "book": Limit(tries=12, window=HOUR),  # per address: a family, a small office
    "email": Limit(tries=6, window=HOUR),  # per e-mail: nobody's mailbox is flooded
    "room": Limit(tries=3, window=HOUR),  # per session: others are thrown out each time
}
KEPT = timedelta(days=1)


class BookingTry(models.Model):
    _name = "psynamica.booking.try"
    _description = "Try on the scheduling page"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    tried_at = fields.Datetime(required=True, readonly=True)

    _key_index = models.Index("(key, tried_at)")

    @api.model
    def _allow(self, kind, whom):
        """Return whether one more try is allowed, and count it when it is.

        :param kind: one of `LIMITS`
        :param whom: an IP address, an e-mail address, or which session
        """
        return not self._refused_until(kind, whom)

    @api.model
    def _refused_until(self, kind, whom):
        """Return None and count one more try; or until when it is refused, aware.

        :param kind: one of `LIMITS`
        :param whom: an IP address, an e-mail address, or which session
        """
        limit = LIMITS[kind]
        now = fields.Datetime.now()
        tries = self.sudo()
        key = hmac(tries.env, f"psynamica_booking-{kind}", _whole(kind, whom))
        earlier = tries.search(
            [("key", "=", key), ("tried_at", ">", now - limit.window)],
            order="tried_at desc",
            limit=limit.tries,
        )
        moments = [
            one.replace(tzinfo=timezone.utc) for one in earlier.mapped("tried_at")
        ]
        aware_now = now.replace(tzinfo=timezone.utc)
        if not allows(limit, moments, aware_now):
            return free_at(limit, moments, aware_now)
        tries.create({"key": key, "tried_at": now})
        return None

    @api.autovacuum
    def _gc_tries(self):
        return delete_old(self, [("tried_at", "<", fields.Datetime.now() - KEPT)])


def _whole(kind, whom):
    """Return what counts as one stranger: an IPv6 customer has a whole /64."""
    if kind == "email":
        return normal_email(whom) or whom
    try:
        address = ipaddress.ip_address(whom)
    except ValueError:
        return whom or "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
