# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which accounts are delivered by the same job.

Zoom counts calls for an account, over all of its users.  So all meetings of an account
are in one *lane*, and only one process at a time delivers in a lane, one looks at
meetings and one compares: what it knows of the account's pace is then all there is to
know.  Jobs, not accounts, are what a host has
few of, so a lane has many accounts, and a job asks several of them side by side.
"""

from __future__ import annotations

import hashlib

#: As many jobs deliver at once at the most.  It never depends on the settings: two
#: processes must agree on it, also while one of them is restarted.
LANES = 4


def lane_of(key: str) -> int:
    """Return the lane of an account.

    The database works it out in the same way: see `zoom_delivery._lane_sql`.

    :param key: the account's key; "" for meetings whose connection is gone
    """
    return hashlib.sha256(key.encode()).digest()[0] % LANES
