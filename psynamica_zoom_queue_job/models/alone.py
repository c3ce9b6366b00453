# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work that one process does at a time, over all hosts.

A queue's identity key keeps the same job from waiting twice.  It does not keep two from
running at once: one that has started no longer counts.
"""

import time
from contextlib import contextmanager

from odoo.sql_db import db_connect
from odoo.tools import SQL

from odoo.addons.psynamica_zoom.models import zoom_connection_pace as pace

# Set our advisory locks apart from others.
DELIVERY, COMPARISON, LOOK = 0x700D, 0x700E, 0x700F
COOLING_S = 0.1  # how often it is looked whether an account may be asked again
COOL_AFTER_S = 2.0  # Zoom counts a second; what keeps it warm longer is others' work


def let_cool(key):
    """Wait, a moment at most, until another process may ask this account.

    What we have just asked is not known there, and Zoom counts it all.

    :param key: the account's
    """
    until = time.monotonic() + COOL_AFTER_S
    while key in pace.pacer.warm() and time.monotonic() < until:
        time.sleep(COOLING_S)


@contextmanager
def alone(env, kind, numbers):
    """Give those of `numbers` on which nobody else works; they are ours until the end.

    The locks have a connection of their own, which goes with the process: what it did
    not finish is open to others the moment it dies.

    :param kind: `DELIVERY`, `COMPARISON` or `LOOK`
    :param numbers: lanes
    """
    with db_connect(env.cr.dbname).cursor() as cr:
        cr.execute(
            SQL(
                "SELECT number FROM unnest(%s::int[]) number"
                " WHERE pg_try_advisory_xact_lock(%s, number)",
                list(numbers),
                kind,
            )
        )
        yield tuple(number for (number,) in cr.fetchall())
