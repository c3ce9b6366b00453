# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all our jobs share: whether there is somebody to run them, and coming back."""

import random
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

import psycopg2

from odoo import SUPERUSER_ID, fields
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID
from odoo.addons.queue_job.utils import must_run_without_delay

DATABASE_BACK_S = 15
BUSY_S = 3  # until a lane may be free that another job has
CROWD = 20  # more who wait for it do not make anybody wait longer


def has_runner(env):
    """Return whether a job runner serves this database now.

    Queue job: of all runners one has this lock, the others wait for it.  Nobody may
    make jobs run at once instead, in the transaction of whoever saves a session.
    """
    if must_run_without_delay(env):
        return False
    env.cr.execute(
        SQL(
            """
            SELECT EXISTS (
                   SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                      AND classid = %s AND objid = %s
                      AND database = (SELECT oid FROM pg_database
                                       WHERE datname = current_database()))
            """,
            PG_ADVISORY_LOCK_ID >> 32,
            PG_ADVISORY_LOCK_ID & 0xFFFFFFFF,
        )
    )
    return env.cr.fetchone()[0]


def queued(records, key, at=None, **options):
    """Return `records` as something whose methods become jobs.

    The key names what is wanted, not only whom it is for: a job with the same key that
    still waits may start before this transaction is committed, and see nothing of it.

    :param key: a job with the same one that has not started takes this one's place
    :param at: not before this moment, naive UTC
    """
    records = records.with_env(records.env(user=SUPERUSER_ID, context={}))
    return records.with_delay(
        eta=at, identity_key=f"psynamica_zoom/{key}", **{"max_retries": 0, **options}
    )


def busy(others=1):
    """Return when to look again whether a lane is free, naive UTC.

    :param others: how many wait for it, who should not all look at once
    """
    crowd = min(max(others, 1), CROWD)
    wait_s = BUSY_S * (1 + crowd * random.random())  # noqa: S311 spreads load
    return fields.Datetime.now() + timedelta(seconds=wait_s)


def come_back(at, why):
    """End the job that calls this, and have it run again; None = it is done.

    :param at: naive UTC
    :param why: for whoever looks at the job
    :raises RetryableJobError: unless it is done; it counts as no failed attempt
    """
    if at:
        wait_s = (at - fields.Datetime.now()).total_seconds()
        raise RetryableJobError(why, seconds=max(ceil(wait_s), 1), ignore_retry=True)


@contextmanager
def surviving_the_database():
    """Have the job run again when the database was lost under it."""
    try:
        yield
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        raise RetryableJobError(
            f"database: {type(error).__name__}",
            seconds=DATABASE_BACK_S,
            ignore_retry=True,
        ) from error
