# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a transaction has done to events, until it is about to be committed.

Odoo forgets it with the transaction, however that ends.
"""

_TOUCHED = "psynamica_zoom.touched"
_NEW = "psynamica_zoom.new"


def pending(cr):
    """Return what this transaction has touched: event id → id of who did it."""
    return cr.precommit.data.setdefault(_TOUCHED, {})


def new_ids(cr):
    """Return ids of events that this transaction made and that have no meeting yet."""
    return cr.precommit.data.setdefault(_NEW, set())
