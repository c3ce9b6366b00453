# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asking therapists of a Zoom service to connect their Zoom account."""

from datetime import timedelta

from odoo import api, fields, models

PAUSE = timedelta(days=1)  # between two reminders of one person
TEMPLATE = "psynamica_booking.mail_connect_zoom"


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    unconnected_names = fields.Char(compute="_compute_unconnected_names")

    @api.depends("unconnected_ids")
    def _compute_unconnected_names(self):
        for service in self:
            names = service.unconnected_ids.sudo().mapped("name")
            service.unconnected_names = ", ".join(names)

    def action_remind_unconnected(self):
        """Ask the therapists without Zoom to connect, each once a day at most.

        :return: a notification that says who was reminded
        """
        self.check_access("write")
        missing = self.unconnected_ids
        reminded = missing._remind_to_connect()
        if reminded:
            text = self.env._(
                "Reminded: %(names)s.", names=", ".join(reminded.mapped("name"))
            )
        elif missing:
            text = self.env._("They have been reminded within the last day already.")
        else:
            text = self.env._("All therapists have connected Zoom.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": text, "type": "success" if reminded else "info"},
        }


class ResUsers(models.Model):
    _inherit = "res.users"

    zoom_reminded_at = fields.Datetime(
        readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    def _remind_to_connect(self):
        """Ask these users to connect Zoom: a task and a mail.

        :return: those who had not been asked within the last day
        """
        users = self.sudo()
        now = fields.Datetime.now()
        due = users.filtered(
            lambda u: not u.zoom_reminded_at or u.zoom_reminded_at <= now - PAUSE
        )
        due.zoom_reminded_at = now
        for user in due:
            user._remind_one_to_connect()
        if due:
            self.env["ir.cron"]._zoom_wake_mails()
        return due.with_env(self.env)

    def _remind_one_to_connect(self):
        partner = self.partner_id.with_context(
            lang=self.lang, mail_activity_quick_update=True
        )
        summary = partner.env._("Connect your Zoom account")
        # The earlier task is replaced: one is enough.
        partner.activity_ids.filtered(
            lambda a: a.user_id == self and a.summary == summary
        ).unlink()
        partner.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=partner.env._(
                "Sessions of yours are to take place on Zoom. "
                "Connect under Integrations, Video calls, Zoom."
            ),
            user_id=self.id,
        )
        self.env.ref(TEMPLATE).sudo().send_mail(self.id)
