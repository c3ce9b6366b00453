# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deleting what is kept no longer, as Odoo's daily clean-up does it."""

MOST = 10_000  # in one transaction


def delete_old(model, domain):
    """Delete records that fit; return what `api.autovacuum` asks to go on by.

    :param domain: of what may go
    :return: how many were deleted, and whether there are more
    """
    old = model.sudo().search(domain, limit=MOST)
    count = len(old)
    old.unlink()
    return count, count == MOST
