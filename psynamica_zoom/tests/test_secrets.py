# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets are where they must be, and nowhere else.

Every column of every table of the database is looked at, and every line that anything
logs, for values that never occur by chance.
"""

import logging
from contextlib import contextmanager

from odoo.tests import Form, tagged
from odoo.tools import SQL

from odoo.addons.psynamica_zoom.models.zoom_connection_token import SECRET_FIELDS

from .session_case import SessionCase
from .zoom_case import ANNA, CLIENT_SECRET, WEBHOOK_SECRET

TABLES_AROUND = (
    "bus_bus",
    "calendar_attendee",
    "calendar_event",
    "ir_attachment",
    "ir_config_parameter",
    "ir_cron_trigger",
    "ir_logging",
    "mail_activity",
    "mail_mail",
    "mail_message",
    "mail_tracking_value",
    "res_company",
    "res_config_settings",
    "res_users",
    "res_users_settings",
)


class Everything(logging.Handler):
    """Keeps all lines, with the arguments and tracebacks that belong to them."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(args)r"))

    def emit(self, record):
        self.lines.append(self.format(record))


@contextmanager
def all_logs():
    """Log everything of everybody, statements to the database too; yield the lines."""
    root = logging.getLogger()
    names = ("odoo", "odoo.sql_db", "odoo.addons", "odoo.addons.psynamica_zoom")
    loggers = [root, *map(logging.getLogger, (*names, "urllib3"))]
    levels = [logger.level for logger in loggers]
    handlers, handler = list(root.handlers), Everything()
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        root.handlers[:] = [handler]
        yield handler.lines
    finally:
        root.handlers[:] = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@tagged("post_install", "-at_install")
class TestSecrets(SessionCase):
    def secrets(self):
        """Return all there are now, in the clear."""
        tokens = [self.connection._open(name) for name in SECRET_FIELDS]
        return [CLIENT_SECRET, WEBHOOK_SECRET, *filter(None, tokens)]

    def own_tables(self):
        return [
            model._table
            for model in self.env.values()
            if model._name.startswith("psynamica.") and model._auto
        ]

    def rows(self, table):
        """Return the rows of a table as text."""
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT t::text FROM %s t", SQL.identifier(table)))
        return "\n".join(row for (row,) in self.env.cr.fetchall())

    def found(self, text, secrets):
        """Return the numbers of the secrets in `text`; not the secrets themselves."""
        return [number for number, secret in enumerate(secrets) if secret in text]

    def test_what_is_looked_for_is_found(self):
        """The search itself works."""
        [client_secret, *_others] = secrets = self.secrets()
        self.assertEqual(len(secrets), 4)
        self.env["ir.config_parameter"].sudo().set_param("canary", client_secret)
        self.assertEqual(self.found(self.rows("ir_config_parameter"), secrets), [0])
        with all_logs() as lines:
            logging.getLogger("odoo.addons.psynamica_zoom.x").debug("%s", secrets[3])
        self.assertEqual(self.found("\n".join(lines), secrets), [3])

    def test_no_table_has_them(self):
        self.plan_session()
        self.deliver()
        old = self.secrets()
        self.connection.access_expires_at = False
        self.env.flush_all()
        self.connection._access_token()
        self.env.invalidate_all()
        secrets = {*old, *self.secrets()}
        self.assertEqual(len(secrets), 6)  # both pairs
        for table in (*self.own_tables(), *TABLES_AROUND):
            with self.subTest(table=table):
                self.assertEqual(self.found(self.rows(table), secrets), [])

    def test_what_is_typed_into_the_settings_is_kept_sealed_only(self):
        typed = ("canary-typed-client-secret", "canary-typed-webhook-secret")
        with all_logs() as lines, Form(self.env["res.config.settings"]) as form:
            form.zoom_client_secret, form.zoom_webhook_secret = typed
            settings = form.save()
            settings.execute()
        self.assertEqual(self.app._open("client_secret_sealed"), typed[0])
        self.assertEqual(self.app._open("webhook_secret_sealed"), typed[1])
        for table in ("psynamica_zoom_app", *TABLES_AROUND):
            with self.subTest(table=table):
                self.assertEqual(self.found(self.rows(table), typed), [])
        read = str(settings.read()) + str(settings.copy_data())
        self.assertEqual(self.found(read, typed), [])
        self.assertEqual(self.found("\n".join(lines), typed), [])

    def test_no_line_of_the_log_has_them(self):
        """Not from connecting to disconnecting, with all the trouble between."""
        with all_logs() as lines:
            self.connection = self.connect(self.therapist, ANNA)
            secrets = self.secrets()
            event = self.plan_session()
            self.deliver()
            meeting = self.meeting_of(event)
            room = [meeting.passcode, meeting.join_url.partition("pwd=")[2]]
            self.sim.expire_tokens(ANNA, "access")
            event.duration += 0.5
            self.deliver()
            secrets += self.secrets()
            self.sim.fault(method="PATCH", path="/v2/meetings/.*", status=500)
            event.duration += 0.5
            self.deliver()
            self.app._check()
            self.env["res.users"].with_user(self.therapist).zoom_disconnect()
            self.commit()
            self.env.cr.postcommit.run()
        self.assertEqual(len({*secrets}), 6)  # both pairs
        self.assertEqual(self.found("\n".join(lines), secrets), [])
        # What opens the room is no secret to the database.
        told = [line for line in lines if not line.startswith("odoo.sql_db")]
        self.assertTrue(all(room) and told)
        self.assertEqual(self.found("\n".join(told), room), [])

    def test_after_disconnecting_nothing_is_left_of_the_tokens(self):
        sealed = [self.connection[name] for name in SECRET_FIELDS]
        self.env["res.users"].with_user(self.therapist).zoom_disconnect()
        for table in (*self.own_tables(), *TABLES_AROUND):
            with self.subTest(table=table):
                self.assertEqual(self.found(self.rows(table), sealed), [])

    def test_no_answer_to_an_administrator_has_them(self):
        self.plan_session()
        self.deliver()
        secrets = self.secrets()
        sealed = [self.app.client_secret_sealed, self.connection.access_token_sealed]
        administrator = self.env.ref("base.user_admin")
        records = self.env["res.users"].browse(self.therapist.id)
        for record in (self.app, self.connection, self.meetings(), records):
            seen = record.with_user(administrator)
            answers = [seen.read(), seen.export_data(self.exportable(seen))]
            self.assertEqual(self.found(str(answers), secrets + sealed), [])
        screen = self.env["res.users"].with_user(self.therapist).video_integrations()
        self.assertEqual(self.found(str(screen), secrets + sealed), [])

    def meetings(self):
        return self.env["psynamica.zoom.meeting"].search([])

    def exportable(self, records):
        """Return the names of the fields an export offers."""
        offered = records.fields_get(attributes=["exportable"])
        return [
            name for name, facts in offered.items() if facts.get("exportable", True)
        ]

    def test_no_mail_has_them(self):
        self.plan_session()
        secrets = self.secrets()
        self.deliver()
        self.connection._must_reconnect("token_revoked")
        mails = self.rows("mail_mail") + self.rows("mail_message")
        self.assertTrue(mails)
        self.assertEqual(self.found(mails, secrets), [])
