# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do in a calendar, the same in every database that is compared."""

from datetime import timedelta

# Without the mails: with Zoom the mail queue sends them later, core sends them at once.
# Counting them would make us look cheaper than we are.
QUIET = {"dont_notify": True, "no_mail_to_attendees": True}


def people(env, therapists=1, prefix="bench"):
    """(new therapists with a log-in, one client).

    The log-ins are *prefix* and a number.
    """
    values = [
        {
            "name": f"Therapist {number}",
            "login": f"{prefix}{number}",
            "email": f"{prefix}{number}@practice.example",
            "tz": "Europe/Berlin",
        }
        for number in range(therapists)
    ]
    users = env["res.users"].with_context(no_reset_password=True).create(values)
    client = env["res.partner"].create(
        {"name": "Client", "email": "client@bench.example"}
    )
    return users, client


def session(user, client_id, start):
    """Values of a session of fifty minutes of *user* with one client."""
    return {
        "name": "Session",
        "start": start,
        "stop": start + timedelta(minutes=50),
        "user_id": user.id,
        "partner_ids": [(6, 0, [user.partner_id.id, client_id])],
    }


def in_days(env, days, hour=10):
    """A full hour so many days ahead, naive UTC."""
    now = env.cr.now().replace(tzinfo=None)
    return now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(
        days=days
    )
