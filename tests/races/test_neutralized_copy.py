# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real copy of a database in use, neutralized by Odoo's own command."""

_SESSION = """
from datetime import timedelta
from odoo import fields
start = fields.Datetime.now() + timedelta(days={days})
event = env["calendar.event"].with_user(user).create({{
    "name": "Session", "start": start, "stop": start + timedelta(minutes=50),
    "partner_ids": [(6, 0, (user.partner_id | env.ref("base.partner_admin")).ids)],
}})
env.cr.commit()
"""
_DELIVER = """
env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()
env.cr.commit()
"""
_ALL_CRONS = """
crons = env["ir.cron"].with_context(active_test=False).search(
    [("model_id.model", "=like", "psynamica.%")]
) | env.ref("psynamica_zoom.ir_cron_top_up")
for cron in crons:
    cron.method_direct_trigger()
    env.cr.commit()
say("crons", count=len(crons))
"""
_FIND = """
env.cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
found = []
for (table,) in env.cr.fetchall():
    for secret in {secrets!r}:
        env.cr.execute(
            f'SELECT count(*) FROM "{{table}}" t WHERE strpos(t::text, %s) > 0',
            [secret],
        )
        if env.cr.fetchone()[0]:
            found.append(table)
say("found", tables=sorted(set(found)))
"""
_SECRETS = """
app = env["psynamica.zoom.app"]._get()
meeting = env["psynamica.zoom.meeting"].search([("zoom_id", "!=", False)], limit=1)
say("secrets", secrets=[
    app.client_secret_sealed, app.webhook_secret_sealed, app.key_check_sealed,
    connection.access_token_sealed, connection.refresh_token_sealed,
    connection.zoom_user_mark,
], rooms=[meeting.join_url, meeting.zoom_id])
"""
# Mails that were sent tell clients where to go; a copy keeps what was written.
_MAILS = {"mail_mail", "mail_message", "mail_notification"}


def test_it_acts_for_nobody_and_knows_nobody(therapist):
    therapist.run(_SESSION.format(days=3) + _DELIVER)
    therapist.run(_SESSION.format(days=4))  # still to be told to Zoom
    _word, facts = therapist.run(_SECRETS)
    secrets, rooms = [*facts["secrets"], therapist.account], facts["rooms"]
    assert all(secrets + rooms)
    before = _at_zoom(therapist)
    assert before
    with therapist.stack.copied() as twin:
        _word, found = therapist.run(_FIND.format(secrets=secrets), twin)
        assert "psynamica_zoom_connection" in found["tables"]  # the search works
        twin.neutralize()
        _word, found = therapist.run(_FIND.format(secrets=secrets), twin)
        assert found["tables"] == []
        _word, found = therapist.run(_FIND.format(secrets=rooms), twin)
        assert set(found["tables"]) <= _MAILS

        therapist.zoom.clear_calls()
        script = _SESSION.format(days=5) + _DELIVER + _ALL_CRONS
        _word, ran = therapist.run(script, twin)
        assert ran["count"] >= 5
        assert therapist.zoom.calls() == []

        _connect_in(twin, therapist)
        therapist.run(_SESSION.format(days=6) + _ALL_CRONS, twin)
        assert before <= _at_zoom(therapist)  # the original's are left alone
    assert therapist.told()["state"] == "connected"


def _at_zoom(therapist):
    """Return the numbers of the meetings that exist at Zoom."""
    return {str(one["id"]) for one in therapist.zoom.meetings(alive=True)}


def _connect_in(twin, therapist):
    """Connects the same account in the copy, with the app entered anew."""
    app = twin.zoom_app
    therapist.run(
        'env["psynamica.zoom.app"]._get()._set_credentials('
        f"{app['client_id']!r}, {app['client_secret']!r}, {app['webhook_secret']!r})\n"
        "env.cr.commit()\n",
        twin,
    )
    therapist.connect(twin)
